"""The wire dialects, one file each: a request in its SDK's words, a server-sent event in ours."""
