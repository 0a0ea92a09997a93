"""What is likely to be edited next, found from the edit that was just made: by syntax, without a model."""
