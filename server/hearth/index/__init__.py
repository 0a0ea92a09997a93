"""The index of a workspace: chunks and vectors in LanceDB, a manifest of files, and the search over them.

Importing this package is cheap. :mod:`.store`, :mod:`.vectors` and :mod:`.search` import LanceDB, which takes a second:
import them where they are first needed, and in a thread where an event loop must not wait.
"""
