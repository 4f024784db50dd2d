"""Replays a recorded round: its raw data is decoded and folded again by today's code, at once or with its timing."""
