"""Prompts and fill-in-the-middle formats, as data, and what renders them."""
