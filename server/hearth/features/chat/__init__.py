"""Chat: conversation, sources, run."""
