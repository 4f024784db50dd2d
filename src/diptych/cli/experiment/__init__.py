"""Experiments on the command line: what `diptych run` asks with many prompts or models, and the commands for what it found."""
