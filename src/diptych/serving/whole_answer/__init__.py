"""Makes the answer to a request without `stream` of the events of a recorded stream."""
