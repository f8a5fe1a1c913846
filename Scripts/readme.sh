#!/bin/sh
# Renews what the README shows of a run: the terminal capture between its two marks, and the picture of the report.
# Needs Chromium for the picture; SWIFT names the Swift driver.
set -eu
cd "$(dirname "$0")/.."
: "${SWIFT:=swift}"
command="simulate tpu-v1 resnet50-int8 --output reports/resnet50-tpu-v1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

$SWIFT build --configuration release --product cyclewright
tool=$($SWIFT build --configuration release --show-bin-path)/cyclewright
# shellcheck disable=SC2086
"$tool" $command >"$work/capture"

awk -v capture="$work/capture" -v command="$command" '
    /^<!-- end of capture -->$/ { skipping = 0 }
    !skipping { print }
    /^<!-- capture -->$/ {
        skipping = 1
        print "```text"
        print "$ cyclewright " command
        while ((getline line < capture) > 0) print line
        print "```"
    }' README.md >"$work/README.md"
cat "$work/README.md" >README.md

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
mkdir -p Documentation/images
"$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --force-color-profile=srgb --window-size=1160,1240 \
    --screenshot="$PWD/Documentation/images/report.png" "file://$PWD/reports/resnet50-tpu-v1/report.html" >/dev/null 2>&1
echo "Renewed README.md and Documentation/images/report.png"
