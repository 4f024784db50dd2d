"""What the screen of an experiment shows, computed without Textual."""
