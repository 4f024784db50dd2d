"""What differs between two answers: their blocks are aligned, then the words within them. Pure, without I/O."""
