"""Asks an experiment from the machines of a Ray cluster. Only `ray_session` imports ray, the extra `diptych[ray]`."""
