# Builds the command line tool for the scripts that source this, from the repository's root. Sets `tool`, its path, and `work`, a
# folder that goes away with the script.
SWIFT=${SWIFT:-swift}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

$SWIFT build -c release --product cyclewright >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
tool=$($SWIFT build -c release --show-bin-path)/cyclewright
