"""Lays out what was read: each leaf in rows of a given width, each row in spans that know where they come from."""
