#!/bin/sh
# Makes a sweep of 10,000 artificial points and one of 400, reports on both, and uses the pages in headless Chromium as a reader would.
#
#   Tests/Browser/check-sweep-report.sh path/to/cyclewright [folder for screenshots]
#
# Installs Chromium with apt-get where it is missing and may be installed; says that it checks nothing where it may not.
set -eu

if [ $# -lt 1 ] || [ ! -x "$1" ]; then
    echo "usage: $0 path/to/cyclewright [folder for screenshots]" >&2
    exit 64
fi

find_browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return 0
    done
    return 1
}

if ! find_browser >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
fi
if ! find_browser >/dev/null || ! command -v python3 >/dev/null; then
    echo "check-sweep-report.sh: SKIPPED: no Chromium or no python3; nothing was checked (sudo apt-get install chromium python3)" >&2
    exit 0
fi

here=$(cd "$(dirname "$0")" && pwd)
tool=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for points in 10000 400; do
    python3 "$here/make_sweep.py" "$points" >"$work/sweep.json"
    "$tool" report "$work/sweep.json" --output "$work/report-$points" --quiet
    python3 "$here/check_sweep_report.py" "$(find_browser)" "$work/report-$points" ${2:+"$2/$points"}
done
# The same sweep gives the same bytes.
"$tool" report "$work/report-400" --output "$work/again" --quiet
diff -r "$work/report-400" "$work/again" >/dev/null || { echo "check-sweep-report.sh: the report of a report differs" >&2; exit 1; }
echo "sweep reports: 10,000 and 400 points, plots, hover, click, brush: all there"
