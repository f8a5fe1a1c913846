#!/bin/sh
# Builds the documentation with the toolchain's DocC: Scripts/documentation.sh FOLDER
set -eu
cd "$(dirname "$0")/.."
output=${1:?usage: Scripts/documentation.sh FOLDER}

catalog=""
for candidate in Documentation/*.docc Sources/*/*.docc; do
    [ -d "$candidate" ] && catalog=$candidate
done
if [ -z "$catalog" ]; then
    echo "documentation.sh: there is no .docc catalog in Documentation/ or in a module" >&2
    exit 66
fi
docc=$(command -v docc || true)
if [ -z "$docc" ]; then
    docc=$(dirname "$(readlink -f "$(command -v swift)")")/docc
fi
if [ ! -x "$docc" ]; then
    echo "documentation.sh: docc is not beside swift; it comes with the toolchain of swift.org" >&2
    exit 69
fi
mkdir -p "$output"
"$docc" convert "$catalog" --output-path "$output" --fallback-display-name Cyclewright \
    --fallback-bundle-identifier org.cyclewright --warnings-as-errors --transform-for-static-hosting
echo "Documentation written to $output/index.html"
