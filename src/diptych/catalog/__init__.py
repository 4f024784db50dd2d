"""Which models there are: what servers list, now or when they were asked last, and what else is known of them."""
