"""What the screen of differences shows, as rows of text: pure functions, without Textual."""
