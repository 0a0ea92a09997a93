"""What each editor can show and how it wants streams."""
