"""What an answer is and what its figures mean. Pure: no input or output, no SDK, no screen."""
