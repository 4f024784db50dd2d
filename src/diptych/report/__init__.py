"""A round in other forms: JSON, and plain text for a terminal."""
