"""Streams one run over the wire: clients and their connections, attempts, reading, time stamps."""
