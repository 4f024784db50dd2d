"""The sections of the web page of an experiment."""
