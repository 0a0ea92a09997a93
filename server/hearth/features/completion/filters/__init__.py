"""One file per filter; the order stands in this file."""
