"""Renders Markdown as it streams: lays out what `diptych.markdown` has parsed, and only what has changed."""
