#!/bin/sh
# usage: pictures.sh     makes the recording and the screenshots of README and docs again (docs/images/vscode*)
#
# The recording is of the bundled model. The screenshots are kept by the tests that are run here; the answers in them are
# those of the tests' stand-in for a model. Needs ImageMagick's `convert`.
set -eu
HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=$(cd "$HERE/../../.." && pwd)
OUT=$ROOT/build/vscode TARGET=$ROOT/docs/images
LARGEST=150000

command -v convert > /dev/null || { echo "ImageMagick's convert is missing (apt install imagemagick)." >&2; exit 1; }
sh "$HERE/run.sh" record.mjs panel.test.mjs overview.test.mjs
picture() {
  convert "$OUT/$1.png" -strip +dither -colors 128 -define png:compression-level=9 "PNG8:$TARGET/vscode-$2.png"
  size=$(wc -c < "$TARGET/vscode-$2.png")
  [ "$size" -le "$LARGEST" ] || { echo "vscode-$2.png has $size bytes, more than $LARGEST." >&2; exit 1; }
}
picture record-completion completion
picture panel-dark chat-dark
picture panel-light chat-light
picture panel-contrast chat-contrast
picture apply-dark apply
picture models-dark models
