"""What an answer of an experiment must be like to pass: checks, how users write them, and what they find."""
