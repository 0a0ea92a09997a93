"""What makes vectors of texts. Importing this package is cheap; each embedder imports its libraries when it is made."""
