#!/bin/sh
# Runs the strategies of this folder on a function whose optimum is known; Optuna in a Python environment of its own, made on first use.
set -eu
cd "$(dirname "$0")"
environment="${ENVIRONMENT:-${TMPDIR:-/tmp}/cyclewright-optuna}"

echo "random, in plain Python"
python3 check_strategy.py python3 random_strategy.py

[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/python" -c 'import optuna' 2>/dev/null || "$environment/bin/pip" install --quiet optuna
for sampler in tpe nsga2; do
    echo "Optuna, $sampler"
    python3 check_strategy.py "$environment/bin/python" optuna_strategy.py --sampler "$sampler"
done
