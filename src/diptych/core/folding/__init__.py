"""The parts of a run that decide how events become an answer: paragraphs, thinking tags, and the end of the stream."""
