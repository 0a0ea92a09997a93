"""The language server: the only folder that imports pygls and lsprotocol."""
