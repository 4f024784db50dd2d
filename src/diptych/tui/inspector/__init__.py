"""What the event inspector shows of one event."""
