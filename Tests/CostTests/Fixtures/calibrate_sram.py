#!/usr/bin/env python3
"""Calibrates the coefficients of Sources/Cost/Data/sram.yaml on the grid beside this file, and measures the error on points left out.

    python3 calibrate_sram.py            prints the corners for sram.yaml, then the error over the grid
    python3 calibrate_sram.py --held-out calibrates on half of the points, and prints the error on the other half

Needs numpy and scipy. The features are those of SRAMOrganization.swift; both files have to agree.
"""
import csv, os, sys
import numpy as np
from scipy.optimize import minimize, nnls

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "../../../Sources/Cost/Data/cacti7_sram_grid.csv")) as file:
    rows = [r for r in csv.DictReader(line for line in file if not line.startswith("#")) if r["read_pJ"]]
column = lambda key: np.array([float(r[key]) for r in rows])
node, fast = column("tech_nm"), np.array([r["cell"] == "itrs-hp" for r in rows])
size, width = column("size_bytes") * 8, column("width_bytes") * 8  # bits
dwl, dbl = column("ndwl"), column("ndbl")
targets = [column(k) for k in ("read_pJ", "write_pJ", "access_ns", "leakage_mW", "area_mm2")]
names = ["read", "write", "access", "leakage", "area"]
corners = [(n, h) for n in (32, 45, 65) for h in (True, False)]
F = node * 1e-6  # mm
CELL_HEIGHT, CELL_WIDTH = 14.6, 10.0  # in F: 146 F² with an aspect ratio of 1.46
AREA_WEIGHT, COUNT_WEIGHT, SHARPNESS = 0.5, 0.2, 4.0


def column_multiplexing():
    """The degree of multiplexing is not in the grid: it is the largest whose columns fit into the width."""
    found = np.zeros(len(rows))
    high, wide = column("height_mm"), column("width_mm")
    for i in range(len(rows)):
        for m in 2.0 ** np.arange(8):
            columns = m * width[i]
            if size[i] / columns * CELL_HEIGHT * F[i] <= high[i] and columns * CELL_WIDTH * F[i] <= wide[i] and size[i] / columns / dbl[i] >= 8:
                found[i] = m
    return found


mux = column_multiplexing()


def geometry_features(bits, w, wl, bl, m):
    mats_wide, mats_high = wl / 2, bl / 2
    columns = m * w / wl
    high = np.stack([mats_high, mats_high * w, mats_high * m, w * (1 - 1 / mats_high), w * (1 - 1 / mats_wide)], -1)
    wide = np.stack([mats_wide * columns, mats_wide * np.sqrt(columns), w * (1 - 1 / mats_high), w * (1 - 1 / mats_wide)], -1)
    return high, wide


def non_negative(features, target, offset=0.0):
    """Least squares of relative errors with coefficients of at least zero."""
    scaled = features / target[:, None]
    norm = np.linalg.norm(scaled, axis=0)
    norm[norm == 0] = 1
    solution, _ = nnls(scaled / norm, (target - offset) / target)
    return solution / norm


high_features, wide_features = geometry_features(size, width, dwl, dbl, mux)
HIGH = non_negative(high_features * F[:, None], column("height_mm"), size / (mux * width) * CELL_HEIGHT * F)
WIDE = non_negative(wide_features * F[:, None], column("width_mm"), mux * width * CELL_WIDTH * F)


def features(bits, w, wl, bl, m, f):
    columns, R, C = m * w, bits / (m * w * bl), m * w / wl
    mats_wide, mats_high = wl / 2, bl / 2
    high_f, wide_f = geometry_features(bits, w, wl, bl, m)
    f_col = np.asarray(f)
    high = (bits / columns * CELL_HEIGHT + high_f @ HIGH) * f_col
    wide = (columns * CELL_WIDTH + wide_f @ WIDE) * f_col
    tree = high * (1 - 1 / mats_high) + wide * (1 - 1 / mats_wide)
    one, active, address = np.ones_like(R), 2 * C, np.log2(bits / w)
    read = np.stack([one, active * R, active, w * w * f_col, (w + address) * tree], -1)
    write = np.stack([one, w * R, active * R, active, w * w * f_col, (w + address) * tree], -1)
    access = np.stack([one, np.log2(R * m * mats_high), R, R * R, C, C * C, tree], -1)
    leakage = np.stack([bits * one, mats_high * mats_wide, w * (high + wide)], -1)
    return [read, write, access, leakage], high * wide


powers = 2.0 ** np.arange(1, 8)
candidates = np.array([(a, b, m) for a in powers for b in powers for m in 2.0 ** np.arange(0, 9)])


def organizations(i):
    a, b, m = candidates.T
    R, C = size[i] / (m * width[i] * b), m * width[i] / a
    return candidates[(R >= 16) & (R <= 1024) & (C >= 16) & (C <= 2048) & (2 * C >= width[i]) & (a <= b)]


def stack(indices):
    """Features of all organizations of some points, padded to the same number."""
    parts = []
    for i in indices:
        k = organizations(i)
        f, area = features(np.full(len(k), size[i]), np.full(len(k), width[i]), *k.T, node[i] * 1e-6)
        parts.append((f, area, np.log(k[:, 0] * k[:, 1]), len(k)))
    longest = max(p[3] for p in parts)

    def pad(values):
        out = np.zeros((len(values), longest) + values[0].shape[1:])
        for row, v in zip(out, values):
            row[: len(v)], row[len(v) :] = v, v[0]
        return out

    mask = np.array([[0.0] * p[3] + [1e3] * (longest - p[3]) for p in parts])
    return [pad([p[0][q] for p in parts]) for q in range(4)], pad([p[1] for p in parts]), pad([p[2] for p in parts]), mask


def predict(stacked, coefficients):
    f, area, count, mask = stacked
    values = [x @ c for x, c in zip(f, coefficients)] + [area]
    objective = np.log(values[0]) + 2 * np.log(values[2]) + AREA_WEIGHT * np.log(area) + COUNT_WEIGHT * count + mask
    weights = np.exp(-SHARPNESS * (objective - objective.min(1, keepdims=True)))
    weights /= weights.sum(1, keepdims=True)
    return [(weights * v).sum(1) for v in values]


def calibrate(selected):
    """First with CACTI's own organizations, which makes it linear; then with the search inside, on the worst errors, near the first."""
    f, _ = features(size, width, dwl, dbl, mux, F)
    result = {}
    for n, h in corners:
        chosen = (node == n) & (fast == h) & selected
        first = [non_negative(f[q][chosen], targets[q][chosen]) for q in range(4)]
        indices = np.where(chosen)[0]
        stacked, wanted = stack(indices), [t[indices] for t in targets]
        flat = np.concatenate(first)
        used = flat > 0
        lengths = np.cumsum([len(c) for c in first])[:-1]

        def unpack(x):
            v = flat.copy()
            v[used] *= np.exp(x)
            return np.split(v, lengths)

        def loss(x):
            e = np.concatenate([np.log(p / w) for p, w in zip(predict(stacked, unpack(x)), wanted)])
            return np.mean(np.abs(e) ** 8) ** 0.125 + 0.3 * np.mean(np.abs(e)) + 0.1 * np.mean(x**2)

        best = minimize(loss, np.zeros(used.sum()), method="L-BFGS-B", bounds=[(-1, 1)] * used.sum(), options=dict(maxiter=60))
        result[n, h] = [np.array([float("%.4g" % v) for v in c]) for c in unpack(best.x)]
    return result


def errors(coefficients, selected):
    relative = np.zeros((len(rows), 5))
    for n, h in corners:
        indices = np.where((node == n) & (fast == h) & selected)[0]
        for q, p in enumerate(predict(stack(indices), coefficients[n, h])):
            relative[indices, q] = np.abs(p / targets[q][indices] - 1)
    return relative[selected]


def show(title, e):
    print("# %-34s %4d points  " % (title, len(e)) + "  ".join("%s %.1f/%.1f" % (m, 100 * np.median(v), 100 * v.max()) for m, v in zip(names, e.T)) + "  (median/worst %)")


everything = np.ones(len(rows), bool)
if "--held-out" in sys.argv:
    size_step, width_step = np.log2(size).astype(int), np.log2(width).astype(int)
    for title, half in (("sizes", size_step % 2 == 0), ("sizes and widths", (size_step + width_step) % 2 == 0)):
        for part in (half, ~half):
            show("every other of the " + title, errors(calibrate(part), ~part))
else:
    found = calibrate(everything)
    text = lambda v: "%.4g" % v
    print("geometry:")
    for key, c, labels in (
        ("height", HIGH, ["mat", "bit", "multiplexing", "rows-of-mats", "columns-of-mats"]),
        ("width", WIDE, ["column", "root-of-columns", "rows-of-mats", "columns-of-mats"]),
    ):
        print("  %s: { %s }" % (key, ", ".join("%s: %s" % (l, text(v)) for l, v in zip(labels, c))))
    volts = {(32, True): 0.9, (45, True): 1.0, (65, True): 1.1, (32, False): 1.0, (45, False): 1.1, (65, False): 1.2}
    print("corners:")
    for (n, h), c in found.items():
        print("  - node: %d nm\n    flavour: %s\n    voltage: %s V" % (n, "high-performance" if h else "low-power", volts[n, h]))
        for key, values, labels in zip(
            ("read", "write", "access", "leakage"), c,
            (["fixed", "cell", "column", "output", "tree"], ["fixed", "written-cell", "cell", "column", "output", "tree"],
             ["fixed", "decoder", "row", "row-squared", "column", "column-squared", "tree"], ["cell", "mat", "tree"]),
        ):
            print("    %s: { %s }" % (key, ", ".join("%s: %s" % (l, text(v)) for l, v in zip(labels, values))))
    show("the whole grid", errors(found, everything))
