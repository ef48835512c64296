#!/bin/sh
# run.sh KNN - files between knn and the real Keras, both ways. Needs a Python with Keras 3.15 and jax: that in KNN_PYTHON,
# or the one that `sh tests/golden/make.sh env` makes, or python3. Without one the test is skipped.
set -eu
knn=$1
here=tests/interplay
export KERAS_BACKEND=jax JAX_PLATFORMS=cpu
for python in "${KNN_PYTHON:-}" build/golden-venv/bin/python python3; do
  [ -n "$python" ] && "$python" -c 'import keras, jax' >/dev/null 2>&1 && break
  python=
done
if [ -z "$python" ]; then
  echo "run: 0 passed, 0 failed, 1 skipped"
  echo "skipped: no Python with Keras here; set KNN_PYTHON, or: sh tests/golden/make.sh env"
  exit 77
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$python" "$here/write.py" "$out" 2>&1 | grep -v -e oneDNN -e absl || true
status=0
KNN_INTERPLAY=$out "$knn" "$here/check.lua" || status=1
"$python" "$here/read.py" "$out" 2>&1 | grep -v -e oneDNN -e absl
exit $status
