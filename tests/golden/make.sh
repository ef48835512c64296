#!/bin/sh
# Writes data/ anew: makes a Python environment with the Keras of requirements.txt, then runs every
# generator; `make.sh env` stops after the environment. PYTHON picks the interpreter (3.11 or later);
# KNN_GOLDEN_VENV an environment to reuse.
set -e
here=$(cd "$(dirname "$0")" && pwd)
venv=${KNN_GOLDEN_VENV:-$here/../../build/golden-venv}
if [ ! -x "$venv/bin/python" ]; then
  "${PYTHON:-python3}" -m venv "$venv"
  "$venv/bin/pip" install -q -r "$here/requirements.txt"
fi
[ "${1:-}" != env ] || exit 0
mkdir -p "$here/data/keras"
for group in activations initializers regularizers losses metrics optimizers layers layers_norm \
    layers_conv layers_shape layers_resize layers_numeric text tokens saved_text layers_augment \
    layers_augment_more layers_signal replay geometry summary combinations signatures rnn attention ops \
    ops_grad functional subclass applications image_resize callbacks timeseries training; do
  "$venv/bin/python" "$here/gen/$group.py"
done
KERAS_BACKEND=jax "$venv/bin/python" "$here/../interplay/write.py" "$here/data/keras" \
  dense gru separable batch_normalization masking
"$venv/bin/python" "$here/gen/histories.py"
if command -v lua5.4 > /dev/null; then lua5.4 "$here/check.lua"; fi
