"""The three APIs, one dialect each: what the SDK is given for a request, and what the server-sent events contain."""
