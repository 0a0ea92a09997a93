"""One file per conversation of LSP; each registers its handlers on the server."""
