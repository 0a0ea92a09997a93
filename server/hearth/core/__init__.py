"""What every layer may know: errors, settings, text positions, paths, logging. Knows nothing above itself."""
