#!/bin/sh
# usage: run.sh [TEST ...]     tests of the extension in a real VS Code, with the real server and the bundled model
#
# Sets up what is missing: Chromium and the build dependencies of code-server (by apt-get, as root), code-server and the
# tools that drive it (by npm, 830 MB, some two minutes), which are kept in the user's cache folder for the next run.
# Screenshots and logs are left in build/vscode. Without names, all *.test.mjs beside this file are run.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../../.." && pwd)
CODE_SERVER=4.139.1 NODE=24.21.0 PLAYWRIGHT=1.65.1 AXE=4.14.1

fail() { echo "$1" >&2; exit 1; }

case $(uname -s)-$(uname -m) in
  Linux-x86_64) PLATFORM=linux-x64 ;;
  Linux-aarch64) PLATFORM=linux-arm64 ;;
  *) fail "These tests run on Linux alone." ;;
esac
TOOLS=${XDG_CACHE_HOME:-$HOME/.cache}/hearth-tests/vscode/code-server-$CODE_SERVER-$PLATFORM
NODE_HOME=$TOOLS/node_modules/node-$PLATFORM
CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
HEADERS=/usr/include/krb5.h

if [ -z "$CHROMIUM" ] || { [ ! -f "$TOOLS/.complete" ] && [ ! -f "$HEADERS" ]; }; then
  [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null ||
    fail "Install Chromium, g++, make and the Kerberos headers (on Debian: apt install chromium g++ make libkrb5-dev)."
  echo "== Chromium and what code-server is built with"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
    chromium g++ make libkrb5-dev fonts-dejavu-core > /dev/null
  CHROMIUM=$(command -v chromium)
fi
if [ ! -f "$TOOLS/.complete" ]; then
  echo "== VS Code (code-server $CODE_SERVER) in $TOOLS"
  rm -rf "$TOOLS"
  mkdir -p "$TOOLS"
  cd "$TOOLS"
  echo '{ "private": true }' > package.json
  install() { npm install --no-audit --no-fund --loglevel=error --save-exact "$@"; }
  install --ignore-scripts "node-$PLATFORM@$NODE" "playwright-core@$PLAYWRIGHT" "axe-core@$AXE"
  # Its native parts are built against the headers of the Node that runs it, not those that happen to be on the machine.
  PATH="$NODE_HOME/bin:$PATH" npm_config_nodedir="$NODE_HOME" npm_config_yes=true install "code-server@$CODE_SERVER"
  touch .complete
fi

cd "$ROOT"
OUT=$ROOT/build/vscode
rm -rf "$OUT"
mkdir -p "$OUT"
(cd client-vscode && npm run --silent build && npx --yes @vscode/vsce@3.7.1 package --no-dependencies --skip-license \
  --out "$OUT/hearth.vsix" > "$OUT/package.log") || fail "The extension was not built: $OUT/package.log"

export HEARTH_VSCODE_TOOLS="$TOOLS" HEARTH_VSCODE_OUT="$OUT" HEARTH_CHROMIUM="$CHROMIUM"
export HEARTH_PROGRAM="${HEARTH_PROGRAM:-$ROOT/.venv/bin/hearth}"
export PATH="$NODE_HOME/bin:$PATH"
cd "$HERE"
[ $# -gt 0 ] || set -- *.test.mjs
# One after the other: each has an editor, a browser and a model to itself.
exec node --test --test-concurrency=1 --test-reporter=spec "$@"
