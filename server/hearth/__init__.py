"""Hearth: a local AI pair programmer that is a language server."""

__version__ = "0.1.0"
