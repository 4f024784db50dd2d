"""What fills the terminal, one file a screen, its style sheet beside it."""
