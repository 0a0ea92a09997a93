#!/bin/sh
# usage: run.sh [TEST ...]     tests of the extension in a real VS Code, with the real server and the bundled model
#
# Sets up what is missing (setup.sh). Screenshots and logs are left in build/vscode. Without names, all *.test.mjs beside
# this file are run.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../../.." && pwd)
FOUND=$(sh "$HERE/setup.sh")
found() { echo "$FOUND" | sed -n "s/^$1=//p"; }
TOOLS=$(found TOOLS) NODE_HOME=$(found NODE_HOME) CHROMIUM=$(found CHROMIUM)

cd "$ROOT"
OUT=$ROOT/build/vscode
rm -rf "$OUT"
mkdir -p "$OUT"
(cd client-vscode && npm run --silent build && "$TOOLS/node_modules/.bin/vsce" package --no-dependencies --skip-license \
  --out "$OUT/hearth.vsix" > "$OUT/package.log") || { echo "The extension was not built: $OUT/package.log" >&2; exit 1; }

export HEARTH_VSCODE_TOOLS="$TOOLS" HEARTH_VSCODE_OUT="$OUT" HEARTH_CHROMIUM="$CHROMIUM"
export HEARTH_PROGRAM="${HEARTH_PROGRAM:-$ROOT/.venv/bin/hearth}"
export PATH="$NODE_HOME/bin:$PATH"
cd "$HERE"
[ $# -gt 0 ] || set -- *.test.mjs
# One after the other: each has an editor, a browser and a model to itself.
exec node --test --test-concurrency=1 --test-reporter=spec "$@"
