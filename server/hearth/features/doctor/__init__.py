"""Looks at an installation, and says what is wrong and what mends it."""
