"""The screens and dialogs, one per file, with their style sheets."""
