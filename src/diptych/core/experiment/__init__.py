"""Experiments: what is asked of which models in what order, and what is kept of each answer."""
