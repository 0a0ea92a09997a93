"""Files that follow from the code: ``make generate`` writes them, a test fails when one of them moved alone.

Each module here has ``outputs()``: the path of every file it makes, relative to the repository, and its whole text.
"""
