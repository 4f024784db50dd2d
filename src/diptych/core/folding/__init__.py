"""How events become an answer: where paragraphs begin, which text is thinking, and when the stream has ended."""
