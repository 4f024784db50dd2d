"""One run over the wire: clients, attempts, reading and stamping."""
