"""What an experiment found, as text and as JSON."""
