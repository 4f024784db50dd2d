"""Text from elsewhere: sanitized before it is shown, measured with combining characters, and grown piece by piece."""
