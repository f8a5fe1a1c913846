#!/usr/bin/env python3
"""Plays the sweep's part for a strategy: 60 points on a bowl of 1,681 points whose bottom is known.

    python3 check_strategy.py python3 random_strategy.py

Prints the best value found, and exits with 1 when the strategy breaks the rules of the exchange. Needs nothing but Python.
"""

import json
import subprocess
import sys

POINTS, BATCH = 60, 4
SPACE = {
    "type": "hello", "protocol": 1, "space": "bowl", "architecture": "none", "workloads": ["none"],
    "parameters": [{"name": name, "ordered": True, "values": list(range(41))} for name in ("x", "y")],
    "constraints": [], "objectives": [{"name": "height", "expression": "height", "goal": "minimize", "unit": ""}], "limits": [],
    "seed": 1, "points": POINTS,
}


def height(point):
    return (point["x"] - 13) ** 2 + 2 * (point["y"] - 29) ** 2


def main():
    program = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def send(message):
        program.stdin.write(json.dumps(message) + "\n")
        program.stdin.flush()

    def receive(kind):
        line = program.stdout.readline()
        message = json.loads(line) if line else {"type": "nothing: it ended"}
        if message["type"] != kind:
            sys.exit(f'answered with {message["type"]} and not {kind}')
        return message

    send(SPACE)
    receive("ready")
    seen, index = {}, 0
    while len(seen) < POINTS:
        send({"type": "ask", "count": min(BATCH, POINTS - len(seen))})
        points = receive("points")["points"]
        if not points:
            break
        results = []
        for point in points:
            if set(point) != {"x", "y"} or not all(value in range(41) for value in point.values()):
                sys.exit(f"{point} is not a point of the space")
            key = (point["x"], point["y"])
            status, reason = ("repeated", "evaluated already") if key in seen else ("finished", "")
            seen[key] = height(point)
            values = {"height": seen[key]}
            results.append({"index": index, "point": point, "status": status, "reason": reason, "objectives": values, "figures": values})
            index += 1
        send({"type": "tell", "results": results})
    send({"type": "done"})
    program.stdin.close()
    if program.wait(timeout=30) != 0:
        sys.exit(f"exit status {program.returncode}")
    best = min(seen, key=seen.get)
    print(f"{len(seen)} points, best {seen[best]} at x = {best[0]}, y = {best[1]} (the bottom is 0 at 13, 29)")


main()
