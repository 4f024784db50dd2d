"""An answer on the screen: its thinking, text, tool calls and ending, laid out in rows."""
