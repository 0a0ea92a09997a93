"""Model providers behind one protocol: nothing above knows where a model runs."""
