"""What an experiment asks, as users write it: prompt sets, templates and plan files."""
