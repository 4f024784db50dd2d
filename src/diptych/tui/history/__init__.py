"""What the screen of the history needs besides its widgets: searching, reading, and drawing rounds as rows."""
