#!/usr/bin/env python3
"""Measures a command as a whole process: CPU time, peak memory and instructions. Standard library only.

    Benchmarks/measure.py [--runs N] [--cpu SECONDS] [--memory MB] [--no-instructions] LABEL -- COMMAND…

CPU time (user + system) is the least of N runs (5): other work on the machine only adds to it. Peak memory is the largest resident
set. Instructions are counted exactly by `perf stat` where the processor's counters can be had, else by valgrind's cachegrind;
they are steady from run to run where seconds are not. Prints one line; exit code 1 when a limit is passed or the command fails.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile


def run_once(command):
    """CPU seconds and peak memory in MB of one run; its output is dropped."""
    with open(os.devnull, "w") as nothing:
        process = subprocess.Popen(command, stdout=nothing)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit code {process.returncode}")
    # Linux counts kilobytes, macOS bytes.
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6


def perf_instructions(command):
    if not shutil.which("perf"):
        return None
    result = subprocess.run(
        ["perf", "stat", "-x", ",", "-e", "instructions:u", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    match = re.search(r"^(\d+),.*instructions", result.stderr, re.MULTILINE)
    return int(match.group(1)) if match else None


def valgrind_instructions(command, folder):
    if not shutil.which("valgrind"):
        return None
    # Some versions of valgrind cannot read the debug information of a Swift program.
    program = os.path.join(folder, os.path.basename(command[0]))
    if not (shutil.which("strip") and subprocess.run(["strip", "-g", "-o", program, command[0]]).returncode == 0):
        program = command[0]
    result = subprocess.run(
        ["valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={os.devnull}", program, *command[1:]],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    match = re.search(r"I\s+refs:\s+([\d,]+)", result.stderr)
    return int(match.group(1).replace(",", "")) if match else None


def main(arguments):
    limits = {"--runs": 5.0, "--cpu": float("inf"), "--memory": float("inf")}
    count_instructions = True
    while arguments and arguments[0].startswith("--") and arguments[0] != "--":
        name = arguments.pop(0)
        if name == "--no-instructions":
            count_instructions = False
        elif name in limits and arguments:
            limits[name] = float(arguments.pop(0))
        else:
            sys.exit(__doc__)
    if len(arguments) < 3 or arguments[1] != "--":
        sys.exit(__doc__)
    label, command = arguments[0], arguments[2:]
    command[0] = shutil.which(command[0]) or command[0]
    runs = [run_once(command) for _ in range(max(1, int(limits["--runs"])))]
    seconds, memory = min(run[0] for run in runs), max(run[1] for run in runs)
    instructions = None
    if count_instructions:
        with tempfile.TemporaryDirectory() as folder:
            instructions = perf_instructions(command) or valgrind_instructions(command, folder)
    text = f"{label:<44} {seconds:7.2f} CPU s {memory:7.0f} MB"
    text += f" {instructions / 1e6:9,.0f} M instructions" if instructions else ""
    passed = []
    if seconds > limits["--cpu"]:
        passed.append(f"more than {limits['--cpu']:g} CPU s")
    if memory > limits["--memory"]:
        passed.append(f"more than {limits['--memory']:g} MB")
    print(text + (f"  FAILED: {', '.join(passed)}" if passed else ""))
    return 1 if passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
