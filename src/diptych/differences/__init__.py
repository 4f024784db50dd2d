"""What differs between two runs: their figures, phases, requests and answers. Pure, without I/O."""
