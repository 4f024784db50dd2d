"""The three APIs, one dialect each: how a request is put to its SDK, and what its server-sent events contain."""
