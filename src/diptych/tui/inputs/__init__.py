"""Reads and checks what users type into dialogs."""
