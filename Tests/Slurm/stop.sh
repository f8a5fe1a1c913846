#!/bin/bash
# Ends what Tests/Slurm/start.sh has started in FOLDER.
base=$(cat "$1/base" 2> /dev/null) || exit 0
case $base in /tmp/cyclewright-slurm.*) ;; *) exit 1 ;; esac
for name in slurmd.pid slurmctld.pid munge/pid; do
    # By their ids, and nothing else of that name.
    process=$(cat "$base/$name" 2> /dev/null)
    [ -n "$process" ] && kill "$process" 2> /dev/null
    for _ in $(seq 50); do
        kill -0 "$process" 2> /dev/null || break
        sleep 0.1
    done
    [ -n "$process" ] && kill -9 "$process" 2> /dev/null
done
rm -rf "$base" "$1/base"
exit 0
