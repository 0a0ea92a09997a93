"""Write the generated files; with ``--check`` only say which of them are out of step.

Run as ``python tests/architecture/generate/__main__.py [--check]``.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from architecture.generate import files


def main() -> int:
    """0 if all files are in step now."""
    stale = files.stale()
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path} is out of step: run `make generate`.", file=sys.stderr)
        return 1 if stale else 0
    for path, text in stale.items():
        target = files.ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
