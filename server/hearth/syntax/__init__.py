"""Languages and their syntax trees: the only folder that imports tree_sitter."""
