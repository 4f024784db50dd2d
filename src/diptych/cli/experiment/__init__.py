"""Experiments on the command line: `diptych run` with many prompts or models, `judge`, `merge` and exports."""
