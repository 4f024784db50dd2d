"""The JSON formats of Diptych: what writes each one stands beside what reads it."""
