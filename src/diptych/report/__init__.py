"""A round for people and programs: plain text, Markdown, a web page, JSON, a recording; and its figures in words."""
