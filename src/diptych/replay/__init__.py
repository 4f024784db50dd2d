"""A recorded round made anew: its raw data decoded and folded by the code of today, at once or in its own time."""
