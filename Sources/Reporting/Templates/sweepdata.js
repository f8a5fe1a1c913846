"use strict";
// The sweep as the page's other scripts see it: columns of values, how they are written, and which points are shown.

const sweep = JSON.parse(document.getElementById("sweep-data").textContent);
const element = (id) => document.getElementById(id);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

// Status of a point: "f" finished, "l" beyond a limit, "x" failed.
const isFeasible = (point) => sweep.status[point] === "f";
const isMeasured = (point) => sweep.status[point] !== "x";

// Rules of MeasureText in Swift: three digits, a metric prefix where the unit takes one.
const prefixedUnits = new Set(["s", "J", "W", "Hz", "B/s", "J·s", "OPS", "OPS/W", "V"]);
const prefixes = [[1e-15, "f"], [1e-12, "p"], [1e-9, "n"], [1e-6, "µ"], [1e-3, "m"], [1, ""], [1e3, "k"], [1e6, "M"], [1e9, "G"], [1e12, "T"], [1e15, "P"], [1e18, "E"]];

function significant(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 0.0005) return value.toPrecision(3);
  const decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : size >= 0.09995 ? 3 : 4;
  return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace("-", "−");
}

function quantity(value, unit) {
  if (value === null || !Number.isFinite(value)) return "–";
  if (unit === "%") return (value * 100).toFixed(1) + " %";
  if (unit === "B" && Math.abs(value) >= 1024) {
    const power = Math.min(6, Math.floor(Math.log2(Math.abs(value) * 1.0005) / 10));
    return significant(value / 1024 ** power) + " " + ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"][power];
  }
  const isPrefixed = prefixedUnits.has(unit);
  if (value === 0 || (!isPrefixed && Math.abs(value) < 9999.5)) return (significant(value) + " " + unit).trim();
  const choices = isPrefixed ? prefixes : prefixes.slice(5);
  const prefix = choices.findLast((p) => Math.abs(value) >= p[0] * 0.9995) || choices[0];
  const symbol = isPrefixed ? prefix[1] + unit : [prefix[1], unit].filter((part) => part).join(" ");
  return (significant(value / prefix[0]) + " " + symbol).trim();
}

// For an axis: no zeros at the end of the fraction, and no unit where the axis' title has it.
function tickText(value, unit) {
  const text = quantity(value, unit).replace(/(\.\d*?)0+(?= |$)/, "$1").replace(/\.(?= |$)/, "");
  return !prefixedUnits.has(unit) && unit !== "%" && unit !== "B" && unit && text.endsWith(" " + unit) ? text.slice(0, -unit.length - 1) : text;
}

const label = (measure) => (measure.unit && measure.unit !== "%" && !prefixedUnits.has(measure.unit) ? `${measure.name} (${measure.unit})` : measure.name);

// An axis over values, as PlotAxis in Swift: decades where all are positive and 30-fold apart.
function makeAxis(values) {
  let least = Infinity, most = -Infinity;
  for (const value of values) if (value !== null && Number.isFinite(value)) { least = Math.min(least, value); most = Math.max(most, value); }
  if (least > most) [least, most] = [0, 1];
  const isLogarithmic = least > 0 && most / least >= 30;
  if (isLogarithmic) {
    const margin = (most / least) ** 0.03;
    [least, most] = [least / margin, most * margin];
  } else {
    const span = most > least ? most - least : Math.abs(most) || 1, margin = span * (most > least ? 0.04 : 0.5);
    [least, most] = [least - margin, most + margin];
  }
  const low = Math.log10(least), width = Math.log10(most) - low;
  return {
    least, most, isLogarithmic,
    share: isLogarithmic ? (value) => (Math.log10(value) - low) / width : (value) => (value - least) / (most - least),
    ticks(count) {
      const found = [];
      if (isLogarithmic) {
        const first = Math.floor(low), last = Math.ceil(low + width), every = Math.max(1, Math.ceil((last - first) / count));
        const factors = width <= 2 ? [1, 2, 5] : width <= 4 ? [1, 3] : [1];
        for (let power = first; power <= last; power += every) for (const factor of factors) found.push(Number(`${factor}e${power}`));
      } else {
        const rough = (most - least) / count, power = Math.floor(Math.log10(rough));
        const factor = [1, 2, 5, 10].find((f) => f * 10 ** power >= rough * 0.999), step = Number(`${factor}e${power}`);
        for (let n = Math.ceil(least / step); n * step <= most; n++) found.push(Number((n * step).toPrecision(12)));
      }
      return found.filter((tick) => tick >= least && tick <= most);
    },
  };
}

// Indices of the feasible points that no other beats in two measures; the same rule as SweepResults.paretoFront.
function paretoFront(points, x, y, xGoal, yGoal) {
  const cost = (column, goal) => (point) => (goal === "maximize" ? -column[point] : column[point]);
  const a = cost(x, xGoal), b = cost(y, yGoal);
  const order = points.filter((point) => isFeasible(point) && x[point] !== null && y[point] !== null)
    .sort((p, q) => a(p) - a(q) || b(p) - b(q) || p - q);
  const front = [];
  let least = Infinity;
  for (const point of order) if (b(point) < least) { least = b(point); front.push(point); }
  return front;
}

// Points that pass all brushes; views are told when that changes.
const allPoints = Array.from({ length: sweep.points }, (_, point) => point);
const selection = { brushes: new Map(), shown: new Uint8Array(sweep.points).fill(1), picked: null, listeners: [] };
function selectionChanged() { for (const listener of selection.listeners) listener(); }

function configuration(point) {
  return sweep.parameters.map((parameter, index) => [parameter.name, parameter.values[sweep.choices[index][point]]]);
}

// A canvas with as many pixels as the screen shows of it, and coordinates in CSS pixels.
function prepare(canvas) {
  const ratio = window.devicePixelRatio || 1, box = canvas.getBoundingClientRect();
  canvas.width = Math.round(box.width * ratio);
  canvas.height = Math.round(box.height * ratio);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, box.width, box.height);
  context.font = "12px " + getComputedStyle(document.body).fontFamily;
  return { context, width: box.width, height: box.height };
}

// What is on a canvas, to be put back under what moves.
function snapshot(canvas) {
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [canvas.width, canvas.height];
  copy.getContext("2d").drawImage(canvas, 0, 0);
  return copy;
}

function restore(context, picture) {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, picture.width, picture.height);
  context.drawImage(picture, 0, 0);
  context.restore();
}

function text(context, words, x, y, align = "left", ink = colour("ink")) {
  context.fillStyle = ink;
  context.textAlign = align;
  context.fillText(words, x, y);
}

// `words` in at most `width` pixels, with "…" in the middle where something is left out.
function fitted(context, words, width) {
  if (context.measureText(words).width <= width) return words;
  for (let kept = words.length - 1; kept > 1; kept--) {
    const cut = words.slice(0, Math.ceil(kept / 2)) + "…" + words.slice(words.length - Math.floor(kept / 2));
    if (context.measureText(cut).width <= width) return cut;
  }
  return "…";
}

function showTooltip(tooltip, x, y, title, rows) {
  tooltip.replaceChildren();
  const heading = document.createElement("strong"), list = document.createElement("dl");
  heading.textContent = title;
  for (const [name, value] of rows) {
    const term = document.createElement("dt"), definition = document.createElement("dd");
    [term.textContent, definition.textContent] = [name, value];
    list.append(term, definition);
  }
  tooltip.append(heading, list);
  tooltip.hidden = false;
  const room = tooltip.parentElement.getBoundingClientRect(), box = tooltip.getBoundingClientRect();
  tooltip.style.left = (x + 16 + box.width > room.width ? Math.max(0, x - 16 - box.width) : x + 16) + "px";
  tooltip.style.top = Math.max(0, Math.min(y + 12, room.height - box.height)) + "px";
}
