"""A round as a web page that stands alone."""
