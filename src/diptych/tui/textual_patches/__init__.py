"""Every use of Textual's private names. This is the list to go through when Textual is upgraded."""
