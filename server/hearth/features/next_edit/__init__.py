"""What is likely to be edited next, found from the edit that was just made: by syntax, else by a model for this."""
