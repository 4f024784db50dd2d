"""What users type into forms, checked."""
