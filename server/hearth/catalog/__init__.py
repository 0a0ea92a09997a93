"""Which models there are, and which one to run."""
