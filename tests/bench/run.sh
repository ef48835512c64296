#!/bin/sh
# The benchmark: builds knn, makes an environment with the peers, times all of them. Options: --help, and --kernels for
# the products and convolutions of the workloads by themselves, per provider. KNN_BENCH_VENV names an environment to
# reuse, PYTHON the interpreter that makes a new one.
set -e
cd "$(dirname "$0")/../.."
case " $* " in *" --help "* | *" -h "*) exec python3 tests/bench/bench.py --help ;; esac
cmake --preset default >/dev/null
cmake --build --preset default >/dev/null
case " $* " in *" --kernels "*) exec build/tests/bench_kernels ;; esac
venv=${KNN_BENCH_VENV:-build/bench-venv}
case " $* " in
  *" --peers none "* | *" --peers=none "* | *" --draw "*) ;;
  *)
    if [ ! -x "$venv/bin/python" ]; then
      echo "making $venv with the peers, some GB" >&2
      { "${PYTHON:-python3}" -m venv "$venv" && "$venv/bin/pip" install -q -r tests/bench/requirements.txt; } ||
        echo "not all peers could be installed; going on with what is there" >&2
    fi
    if [ -x "$venv/bin/python" ]; then export KNN_BENCH_PYTHON="$venv/bin/python"; fi
    ;;
esac
exec python3 tests/bench/bench.py "$@"
