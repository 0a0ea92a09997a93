"""Folders, files and what may be read of them."""
