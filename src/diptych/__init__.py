"""Diptych: two language models answer the same prompt side by side, with every event of both wires."""

__version__ = "0.2.0"
