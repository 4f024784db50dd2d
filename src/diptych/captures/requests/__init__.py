"""Reads the bodies of requests: the settings and the conversation that a program sent, as Diptych would have."""
