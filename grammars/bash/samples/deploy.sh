#!/usr/bin/env bash
set -euo pipefail
# <- @reference.call

source ./lib/common.sh
# <- @import ./lib/common.sh
# <- @reference.call
. "$HOME/.profile"
# <- @import $HOME/.profile
# <- @reference.call
#   ^ @reference.variable

TARGET=production
# <- @definition.variable
export REGION="eu"
#      ^ @definition.variable
readonly LIMIT=10
#        ^ @definition.variable

# Builds.
build() {
# <- @definition.function
  local name=$1
#             ^ @reference.variable in build
  docker build -t "$name" .
# ^ @reference.call in build
#                   ^ @reference.variable in build
}

function deploy {
#        ^ @definition.function
  if build "$TARGET"; then
#    ^ @reference.call in deploy
#            ^ @reference.variable in deploy
    echo "${REGION}"
#   ^ @reference.call in deploy
#           ^ @reference.variable in deploy
  fi
}

deploy "$@"
# <- @reference.call
