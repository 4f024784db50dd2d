"""JSON Schemas: whether one is valid, and whether an answer follows one. The library is loaded when it is needed."""
