"""Reads the bodies of captured requests as the settings and the conversation that Diptych would have sent."""
