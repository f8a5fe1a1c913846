#!/bin/sh
# Loads a report in headless Chromium and checks that every plot is there, that nothing failed and that nothing was fetched.
#
#   Tests/Browser/check-report.sh path/to/report.html [folder for screenshots]
#
# Installs Chromium with apt-get where it is missing and may be installed.
set -eu

if [ $# -lt 1 ] || [ ! -f "$1" ]; then
    echo "usage: $0 path/to/report.html [folder for screenshots]" >&2
    exit 64
fi

find_browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return 0
    done
    return 1
}

missing=""
find_browser >/dev/null || missing="chromium fonts-dejavu-core"
command -v python3 >/dev/null || missing="$missing python3-minimal"
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq
        # shellcheck disable=SC2086
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
    else
        echo "check-report.sh: missing: $missing; install with: sudo apt-get install$(printf ' %s' $missing)" >&2
        exit 69
    fi
fi

exec python3 "$(dirname "$0")/check_report.py" "$(find_browser)" "$@"
