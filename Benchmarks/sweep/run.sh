#!/bin/bash
# Throughput, overhead and memory of sweeps over a small product.
#
#     Benchmarks/sweep/run.sh [POINTS]
#
# - 2,000 points on two threads: at least 1,000 a minute, by the clock and by CPU time;
# - overhead: the share of a run's instructions outside of the evaluation of points (reading, lowering, simulating), by callgrind, as the
#   difference of two run lengths: at most 5 %;
# - memory: POINTS points (100,000), at most 200 MB.
set -eu
cd "$(dirname "$0")/../.."
. Benchmarks/tool.sh
points=${1:-100000}
export CYCLEWRIGHT_HOME=$PWD
cp Benchmarks/sweep/*.yaml Benchmarks/sweep/*.csv "$work"
cd "$work"

measure() { # SPACE POINTS JOBS: seconds by the clock, CPU seconds, MB
    /usr/bin/time -f '%e %U %S %M' -o time.txt "$tool" sweep "$1" --points "$2" --jobs "$3" --output "$1-$2.sqlite" --quiet
    awk '{ printf "%.2f %.2f %.0f\n", $1, $2 + $3, $4 / 1000 }' time.txt
}
status=0
read -r clock cpu memory < <(measure small-product.yaml 2000 2)
awk -v s="$clock" -v c="$cpu" -v m="$memory" 'BEGIN {
    printf "2,000 points, 2 threads: %.2f s, %.0f points a minute; %.2f CPU s, %.2f ms a point; %d MB\n", s, 2000 * 60 / s, c, 1000 * c / 2000, m
    exit 2000 * 60 / s < 1000 }' || { echo "sweep: fewer than 1,000 points a minute"; status=1; }

if command -v valgrind > /dev/null; then
    # Valgrind cannot read the debug information of a Swift program.
    strip -g -o cyclewright "$tool"
    count() { # POINTS: instructions of the whole, and of evaluations
        rm -f out.* counted.sqlite*
        valgrind --tool=callgrind --callgrind-out-file=out.callgrind ./cyclewright sweep small-product.yaml --points "$1" --jobs 1 \
            --output counted.sqlite --quiet > /dev/null 2> valgrind.txt || { cat valgrind.txt; exit 1; }
        callgrind_annotate --inclusive=yes --threshold=100 out.callgrind > annotated.txt 2> /dev/null
        awk '/PROGRAM TOTALS/ { gsub(",", "", $1); total = $1 }
            /SimulationEvaluatorV8evaluate/ { gsub(",", "", $1); if ($1 > inside) inside = $1 }
            END { printf "%.0f %.0f\n", total, inside }' annotated.txt
    }
    read -r few few_inside < <(count 20)
    read -r many many_inside < <(count 80)
    awk -v a="$few" -v ai="$few_inside" -v b="$many" -v bi="$many_inside" 'BEGIN {
        all = (b - a) / 60; inside = (bi - ai) / 60; share = (all - inside) / inside
        printf "instructions a point: %.2f M, of which %.2f M evaluate it; overhead %.1f %%\n", all / 1e6, inside / 1e6, 100 * share
        exit !(inside > 0 && share < 0.05) }' || { echo "sweep: the overhead is more than 5 %"; status=1; }
else
    echo "overhead: skipped; valgrind is not installed"
fi

read -r clock cpu memory < <(measure many-points.yaml "$points" 2)
awk -v n="$points" -v s="$clock" -v m="$memory" 'BEGIN { printf "%d points: %d MB at most, %.0f s\n", n, m, s; exit m > 200 }' ||
    { echo "sweep: more than 200 MB"; status=1; }
exit $status
