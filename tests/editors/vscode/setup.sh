#!/bin/sh
# usage: setup.sh     gets what the tests of the extension need; prints the folder where it is
#
# Chromium and the build dependencies of code-server (by apt-get, as root), code-server and the tools that drive it (by
# npm, 830 MB, some two minutes), which are kept in the user's cache folder. Ends with 75 where they cannot be had.
set -eu
CODE_SERVER=4.139.1 NODE=24.21.0 PLAYWRIGHT=1.65.1 AXE=4.14.1 VSCE=3.7.1
VERSIONS=$CODE_SERVER-$NODE-$PLAYWRIGHT-$AXE-$VSCE

impossible() { echo "$1" >&2; exit 75; }

case $(uname -s)-$(uname -m) in
  Linux-x86_64) PLATFORM=linux-x64 ;;
  Linux-aarch64) PLATFORM=linux-arm64 ;;
  *) impossible "These tests run on Linux alone." ;;
esac
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/hearth-tests/vscode
TOOLS=$CACHE/$VERSIONS-$PLATFORM
NODE_HOME=$TOOLS/node_modules/node-$PLATFORM
there() { [ -f "$TOOLS/.complete" ]; }
browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

# Another run may be doing the same.
mkdir -p "$CACHE"
exec 9> "$CACHE/lock"
flock 9

if ! browser > /dev/null || { ! there && [ ! -f /usr/include/krb5.h ]; }; then
  [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null ||
    impossible "Chromium, g++, make and the Kerberos headers are missing (apt install chromium g++ make libkrb5-dev)."
  echo "== Chromium and what code-server is built with" >&2
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
    chromium g++ make libkrb5-dev fonts-dejavu-core >&2
fi
if ! there; then
  echo "== VS Code (code-server $CODE_SERVER) in $TOOLS" >&2
  rm -rf "$TOOLS"
  mkdir -p "$TOOLS"
  cd "$TOOLS"
  echo '{ "private": true }' > package.json
  install() { npm install --no-audit --no-fund --loglevel=error --save-exact "$@" >&2; }
  install --ignore-scripts "node-$PLATFORM@$NODE" "playwright-core@$PLAYWRIGHT" "axe-core@$AXE" "@vscode/vsce@$VSCE"
  # Its native parts are built against the headers of the Node that runs it, not those that happen to be on the machine.
  PATH="$NODE_HOME/bin:$PATH" npm_config_nodedir="$NODE_HOME" npm_config_yes=true install "code-server@$CODE_SERVER"
  touch .complete
fi
printf 'TOOLS=%s\nNODE_HOME=%s\nCHROMIUM=%s\n' "$TOOLS" "$NODE_HOME" "$(browser)"
