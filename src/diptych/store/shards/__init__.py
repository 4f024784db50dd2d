"""A part of an experiment as files in a folder: what `diptych run --out` writes and `diptych merge` reads."""
