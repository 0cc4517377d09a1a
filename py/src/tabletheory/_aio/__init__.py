"""Asynchronous twins; the source of `_sync`."""
