"""Writes a sweep of a closed-form machine as sweep.json: artificial, but of the shape of real ones.

Usage: make_sweep.py POINTS [SEED] > sweep.json

An array of rows × columns multipliers behind a buffer and a DRAM interface, over six parameters, with three objectives that
conflict, a limit on area, configurations that do not fit, and figures by component.
"""

import json
import random
import sys

PARAMETERS = [
    ("rows", "engines.mesh.rows", [4, 8, 12, 16, 24, 32, 48, 64, 96, 128]),
    ("columns", "engines.mesh.columns", [4, 8, 12, 16, 24, 32, 48, 64, 96, 128]),
    ("buffer", "memories.buffer.capacity", [f"{16 << n} KiB" for n in range(9)]),
    ("bandwidth", "memories.dram.bandwidth", [f"{4 << n} GB/s" for n in range(5)]),
    ("clock", "clock", [f"{n} MHz" for n in (500, 700, 1000, 1400)]),
    ("dataflow", "engines.mesh.dataflow", ["weight-stationary", "output-stationary", "input-stationary"]),
]
LIMIT = 15.0


def number(value):
    return value if isinstance(value, (int, float)) else int(value.split()[0])


def point(index, choices):
    rows, columns, buffer, bandwidth, clock, _ = (number(PARAMETERS[p][2][c]) if p < 5 else c for p, c in enumerate(choices))
    buffer, bandwidth, hertz = buffer * 1024, bandwidth * 1e9, clock * 1e6
    multipliers = rows * columns
    entry = {"number": index, "choices": choices, "status": "finished", "reason": "", "objectives": [], "figures": []}
    if buffer < multipliers * 16:
        entry["status"] = "failed"
        entry["reason"] = f"a tile of {multipliers * 16:,} bytes does not fit in memories.buffer, which has {buffer:,} bytes"
        return entry
    macs = 1.8e9
    # Edges of the product that do not fill the array cost utilisation, more with one dataflow than with another.
    used = (1000 / rows) / -(-1000 // rows) * (576 / columns) / -(-576 // columns)
    efficiency = (0.92, 0.84, 0.7)[choices[5]] * used
    compute = macs / (multipliers * efficiency * hertz)
    traffic = macs / 40 * (1 + 512 * 1024 / buffer) ** 0.5 * (1, 1.3, 1.15)[choices[5]]
    move = traffic / bandwidth
    seconds = max(compute, move) + 0.1 * min(compute, move)
    areas = {"mesh": multipliers * 1.2e-3, "buffer": buffer * 1.1e-6, "links": bandwidth * 4e-11, "control": 0.3 + multipliers * 2e-5}
    area = sum(areas.values())
    energies = {
        "mesh": macs * 0.4e-12 * (hertz / 7e8) ** 1.3 * (1 + multipliers / 4000) / used, "buffer": macs * 2e-14 * (buffer / 16384) ** 0.5, "dram": traffic * 4e-11,
        "links": 0.6 * bandwidth / 64e9 * seconds, "leakage": area * 8e-3 * seconds,
    }
    energy = sum(energies.values())
    entry["objectives"] = [seconds, energy, 1e-9 * macs / seconds / area]
    entry["figures"] = [round(seconds * hertz), seconds, macs, macs / (seconds * hertz * multipliers), energy, energy / seconds, area]
    entry["figures"] += list(areas.values()) + list(energies.values())
    if area > LIMIT:
        entry["status"] = "beyond-limit"
        entry["reason"] = f"area is {area:.1f} mm2, and the limit is {LIMIT:.0f} mm2"
    return entry


def sweep(count, seed=1):
    generator, known, points = random.Random(seed), set(), []
    while len(points) < count:
        choices = tuple(generator.randrange(len(values)) for _, _, values in PARAMETERS)
        if choices not in known:
            known.add(choices)
            points.append(point(len(points), list(choices)))
    return {
        "kind": "cyclewright-sweep", "schemaVersion": 1, "version": "test", "name": "systolic arrays (artificial)", "architecture": "gemmini",
        "workloads": [{"name": "resnet18", "weight": 1}, {"name": "bert-base", "weight": 2}], "strategy": "random", "seed": str(seed),
        "parameters": [{"name": n, "targets": [t], "isOrdered": n != "dataflow", "values": v} for n, t, v in PARAMETERS],
        "constraints": ["rows * columns <= 16384"],
        "objectives": [
            {"name": "latency", "expression": "seconds", "goal": "minimize", "unit": "s"},
            {"name": "energy", "expression": "energy", "goal": "minimize", "unit": "J"},
            {"name": "density", "expression": "1e-9 * macs / seconds / area", "goal": "maximize", "unit": "GMAC/s/mm²"},
        ],
        "limits": [f"area <= {LIMIT:.0f} mm2"],
        "figures": ["cycles", "seconds", "macs", "utilization", "energy", "power", "area", "area.mesh", "area.buffer", "area.links",
                    "area.control", "energy.mesh", "energy.buffer", "energy.dram", "energy.links", "energy.leakage"],
        "points": points,
    }


if __name__ == "__main__":
    if len(sys.argv) < 2 or not sys.argv[1].isdigit():
        sys.exit("usage: make_sweep.py POINTS [SEED] > sweep.json")
    json.dump(sweep(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1), sys.stdout)
