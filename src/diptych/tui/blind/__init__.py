"""What the screen shows of a blind round until the user votes, and how votes are given."""
