#!/usr/bin/env bash
# The recipes, shortened: their tests, a few steps of each training, the export, and the files read by kvs-infer.
#   PYTHON=… the interpreter that has requirements.txt (default python3)
#   PACKS=…  folder with the packs of labelled pictures; without it no detector is trained here
set -euo pipefail
cd "$(dirname "$0")"
python=${PYTHON:-python3}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$python" -W ignore -m unittest discover -s tests -t .
"$python" -W ignore -m platetext.train --out "$out/reader" --steps 12
"$python" -W ignore -m platetext.export "$out/reader/reader.pt" "$out/reader.onnx"
../../kvs-infer models inspect "$out/reader.onnx"
if [ -n "${PACKS:-}" ]; then
  "$python" -W ignore -m detector.train --pack "$PACKS/plates" --names plate --start ../plate-n-416.onnx --like 0 \
    --size 160 --batch 4 --steps 4 --every 4 --camera --transplant --lamps --presence 0.5 --out "$out/plate"
  "$python" -W ignore -m detector.export "$out/plate/detector.pt" "$out/plate.onnx"
  ../../kvs-infer models inspect "$out/plate.onnx"
else
  printf 'PACKS is not set: no detector was trained\n'
fi
