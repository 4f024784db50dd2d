"""What users are told: the meaning of each event, and how a run ended."""
