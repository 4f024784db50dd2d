"""A server on the loopback interface that answers requests as recorded servers did, faults and timing included."""
