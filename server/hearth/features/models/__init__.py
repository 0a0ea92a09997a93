"""Models on this machine: which there are and could be, installing and removing them, and choosing one."""
