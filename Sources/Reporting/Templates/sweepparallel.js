// Parallel coordinates: a line for each configuration; dragging along an axis filters.

const parallelView = { top: 46, bottom: 18, side: 46, axes: [], drag: null };

function setUpParallel() {
  const view = parallelView;
  sweep.parameters.forEach((parameter, index) => {
    const last = parameter.values.length - 1;
    if (last < 1) return;
    const every = Math.ceil((last + 1) / 14);
    view.axes.push({
      name: parameter.name,
      share: (point) => sweep.choices[index][point] / last,
      labels: parameter.values.map((value, choice) => [value, choice / last]).filter((_, choice) => choice % every === 0),
    });
  });
  sweep.measures.forEach((measure, index) => {
    if (!measure.goal) return;
    const column = sweep.columns[index], axis = makeAxis(allPoints.filter(isFeasible).map((point) => column[point]));
    view.axes.push({
      name: label(measure),
      share: (point) => (column[point] === null ? NaN : axis.share(column[point])),
      labels: axis.ticks(6).map((tick) => [tickText(tick, measure.unit), axis.share(tick)]),
    });
  });
  view.points = allPoints.filter((point) => isFeasible(point) && view.axes.every((axis) => Number.isFinite(axis.share(point))));
  // Shares once for all: drawing while dragging must not compute them again.
  view.shares = view.axes.map((axis) => Float32Array.from(view.points, (point) => axis.share(point)));
  view.onFront = new Set(sweep.front);
  const canvas = element("parallel-plot");
  canvas.addEventListener("pointerdown", startBrush);
  canvas.addEventListener("pointermove", moveBrush);
  canvas.addEventListener("pointerup", endBrush);
  canvas.addEventListener("pointercancel", endBrush);
  canvas.addEventListener("pointerleave", () => { element("parallel-tooltip").hidden = true; });
  element("brush-reset").addEventListener("click", () => { selection.brushes.clear(); applyBrushes(); });
  selection.listeners.push(drawParallel);
}

const axisX = (view, index) => view.side + (view.axes.length > 1 ? (index * (view.width - view.side - 70)) / (view.axes.length - 1) : 0);
const axisY = (view, share) => view.top + (1 - share) * (view.height - view.top - view.bottom);

function drawParallel() {
  const view = parallelView, canvas = element("parallel-plot"), { context, width, height } = prepare(canvas);
  Object.assign(view, { width, height });
  if (!view.axes.length) return;
  const xs = view.axes.map((_, index) => axisX(view, index));
  const trace = (n) => {
    for (let axis = 0; axis < xs.length; axis++) {
      const y = axisY(view, view.shares[axis][n]);
      if (axis === 0) context.moveTo(xs[axis], y); else context.lineTo(xs[axis], y);
    }
  };
  // One path a layer: thousands of lines in a few strokes. Lines of a layer darken each other only from stroke to stroke.
  const layer = (chosen, ink, alpha, lineWidth, batch) => {
    context.strokeStyle = ink;
    context.globalAlpha = alpha;
    context.lineWidth = lineWidth;
    for (let start = 0; start < chosen.length; start += batch) {
      context.beginPath();
      for (const n of chosen.slice(start, start + batch)) trace(n);
      context.stroke();
    }
    context.globalAlpha = 1;
  };
  const order = view.points.map((_, n) => n), isBrushed = selection.brushes.size > 0;
  const shown = order.filter((n) => selection.shown[view.points[n]]);
  if (isBrushed) layer(order.filter((n) => !selection.shown[view.points[n]]), colour("faint"), 0.5, 1, 500);
  // Many lines are each fainter, so that what is common still stands out from what is rare.
  const alpha = Math.min(0.5, Math.max(0.05, 150 / Math.max(1, shown.length)));
  layer(shown.filter((n) => !view.onFront.has(view.points[n])), colour("idle"), alpha, 1, Math.max(1, Math.round(shown.length / 500)));
  layer(shown.filter((n) => view.onFront.has(view.points[n])), colour("accent"), 0.85, 1.5, 1);
  view.picture = snapshot(canvas);
  drawParallelOverlay();
  element("brush-count").textContent = isBrushed
    ? `${shown.length.toLocaleString("en-US")} of ${view.points.length.toLocaleString("en-US")} feasible points shown`
    : `${view.points.length.toLocaleString("en-US")} feasible points`;
  element("brush-reset").disabled = !isBrushed;
}

function drawParallelAxes(context, view) {
  const xs = view.axes.map((_, index) => axisX(view, index));
  const surface = colour("surface"), muted = colour("muted"), room = xs.length > 1 ? xs[1] - xs[0] : view.width;
  view.axes.forEach((axis, index) => {
    const brush = selection.brushes.get(index);
    context.lineWidth = 1.25;
    line(context, xs[index], view.top, xs[index], view.height - view.bottom, colour("line"));
    // Names of neighbours in two rows, so that long ones do not meet.
    context.font = "600 12px " + getComputedStyle(document.body).fontFamily;
    const name = fitted(context, axis.name, room * 2 - 14);
    const half = context.measureText(name).width / 2;
    text(context, name, Math.min(Math.max(xs[index], half + 2), view.width - half - 2), index % 2 === 0 ? 14 : 31, "center");
    context.font = "11.5px " + getComputedStyle(document.body).fontFamily;
    for (const [words, share] of axis.labels) {
      const shownWords = fitted(context, words, Math.max(40, room - 14));
      context.lineWidth = 4;
      context.lineJoin = "round";
      context.strokeStyle = surface;
      context.textAlign = "left";
      context.strokeText(shownWords, xs[index] + 6, axisY(view, share) + 4);
      text(context, shownWords, xs[index] + 6, axisY(view, share) + 4, "left", muted);
    }
    if (brush) {
      context.fillStyle = colour("accent");
      context.globalAlpha = 0.3;
      context.fillRect(xs[index] - 8, axisY(view, brush[1]), 16, axisY(view, brush[0]) - axisY(view, brush[1]));
      context.globalAlpha = 1;
    }
  });
}

// The line of the point in the panel and the axes, on top of the picture.
function drawParallelOverlay() {
  const view = parallelView, context = element("parallel-plot").getContext("2d");
  if (!view.picture) return;
  restore(context, view.picture);
  const n = view.points.indexOf(selection.picked);
  if (n >= 0) {
    context.strokeStyle = colour("warm");
    context.lineWidth = 3;
    context.beginPath();
    view.axes.forEach((_, axis) => context[axis ? "lineTo" : "moveTo"](axisX(view, axis), axisY(view, view.shares[axis][n])));
    context.stroke();
  }
  drawParallelAxes(context, view);
}

function shareAt(y) {
  const view = parallelView;
  return Math.min(1, Math.max(0, 1 - (y - view.top) / (view.height - view.top - view.bottom)));
}

const axisAt = (x) => parallelView.axes.findIndex((_, index) => Math.abs(axisX(parallelView, index) - x) < 16);

// The line that passes closest between two axes, those of the front first.
function nearestLine(x, y) {
  const view = parallelView;
  const right = view.axes.findIndex((_, index) => axisX(view, index) > x);
  if (right < 1) return null;
  const from = axisX(view, right - 1), part = (x - from) / (axisX(view, right) - from);
  let best = null, least = 7;
  for (let n = 0; n < view.points.length; n++) {
    if (!selection.shown[view.points[n]]) continue;
    const share = view.shares[right - 1][n] * (1 - part) + view.shares[right][n] * part;
    const distance = Math.abs(axisY(view, share) - y) - (view.onFront.has(view.points[n]) ? 3 : 0);
    if (distance < least) [best, least] = [n, distance];
  }
  return best;
}

function hoverLine(x, y) {
  const view = parallelView, tooltip = element("parallel-tooltip"), n = axisAt(x) < 0 ? nearestLine(x, y) : null;
  if (n === null) { tooltip.hidden = true; return; }
  const point = view.points[n];
  const objectives = sweep.measures.map((_, index) => index).filter((index) => sweep.measures[index].goal);
  showTooltip(tooltip, x, y, pointTitle(point), [...measuresOf(point, objectives), ...configuration(point)]);
}

function startBrush(event) {
  const view = parallelView;
  const axis = axisAt(event.offsetX);
  if (axis < 0) {
    const n = nearestLine(event.offsetX, event.offsetY);
    if (n !== null) pick(view.points[n]);
    return;
  }
  element("parallel-tooltip").hidden = true;
  view.drag = { axis, start: shareAt(event.offsetY), moved: false };
  try { event.target.setPointerCapture(event.pointerId); } catch { /* The pointer of an event made by a script cannot be captured. */ }
  event.preventDefault();
}

function moveBrush(event) {
  const view = parallelView, drag = view.drag;
  element("parallel-plot").style.cursor = axisAt(event.offsetX) >= 0 ? "ns-resize" : "default";
  if (!drag) { hoverLine(event.offsetX, event.offsetY); return; }
  const share = shareAt(event.offsetY);
  if (!drag.moved && Math.abs(share - drag.start) < 0.01) return;
  drag.moved = true;
  selection.brushes.set(drag.axis, [Math.min(share, drag.start), Math.max(share, drag.start)]);
  scheduleBrushes();
}

function endBrush() {
  const drag = parallelView.drag;
  parallelView.drag = null;
  if (!drag) return;
  if (!drag.moved) selection.brushes.delete(drag.axis);
  applyBrushes();
}

// At most one drawing a frame, however fast the mouse moves.
function scheduleBrushes() {
  if (parallelView.isScheduled) return;
  parallelView.isScheduled = true;
  requestAnimationFrame(() => { parallelView.isScheduled = false; applyBrushes(); });
}

function applyBrushes() {
  const view = parallelView, brushes = [...selection.brushes];
  selection.shown.fill(brushes.length ? 0 : 1);
  view.points.forEach((point, n) => {
    if (brushes.length && brushes.every(([axis, [low, high]]) => view.shares[axis][n] >= low - 0.02 && view.shares[axis][n] <= high + 0.02)) selection.shown[point] = 1;
  });
  selectionChanged();
}
