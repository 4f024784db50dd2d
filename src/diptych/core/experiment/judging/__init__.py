"""A judge is a model that says which of two answers is better: what it is asked, and what its verdicts come to."""
