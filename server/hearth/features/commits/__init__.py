"""Messages for commits, from what is staged."""
