"""Code actions: what is offered at a place, and how an answer of a model becomes a safe change of the code."""
