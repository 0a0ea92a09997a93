#!/bin/sh
# The bundled model from nothing: data, training, export, figures. Usage: sh server/model_recipe/run.sh [BUILD]
# Stopped in the middle of the training? The same command goes on where it was.
set -eu
here=$(dirname "$0")
build=${1:-build/model}
mkdir -p "$build"
[ -e "$build/stats.json" ] || python "$here/data.py" --out "$build" --wheels "$build/wheels"
[ -e "$build/loss.json" ] || OMP_WAIT_POLICY=PASSIVE python "$here/train.py" --build "$build"
python "$here/export.py" --build "$build" --out "$build/hearth-tiny.gguf" --parity
python "$here/evaluate.py" --build "$build" --gguf "$build/hearth-tiny.gguf" --out "$build/answers.jsonl"
