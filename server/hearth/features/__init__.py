"""The product's verbs; they never import one another."""
