"""Keeps two threads from importing parts of one library at the same time."""

import threading

IMPORT_LOCK = threading.RLock()
"""Held while a thread imports an SDK or the price list, or a module of these.

Their modules import each other in circles. Where two threads import such modules at once, Python hands out modules that
are not complete, and the imports fail.
"""
