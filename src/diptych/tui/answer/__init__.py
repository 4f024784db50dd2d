"""An answer on the screen: every part of it laid out in rows. Pure: no Textual, no times."""
