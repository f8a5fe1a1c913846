// The scatter of two measures with its front: drop-downs, hover, click.

const frontView = { margin: { left: 78, right: 14, top: 12, bottom: 46 }, hovered: null, front: [] };
const categories = ["state-busy", "state-bufferFree", "state-dependency", "state-dram", "state-bankConflict", "state-operands", "state-dma"];
// The cividis map at nine places (Nuñez, Anderton and Renslow 2018): even steps for all kinds of colour vision.
const ramp = ["#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#fee838"];

function option(select, value, words) {
  const entry = document.createElement("option");
  [entry.value, entry.textContent] = [value, words];
  select.append(entry);
}

function setUpFront() {
  if (!sweep.measures.length) return;
  sweep.measures.forEach((measure, index) => {
    option(element("front-x"), index, label(measure));
    option(element("front-y"), index, label(measure));
  });
  option(element("front-colour"), "", "by status");
  sweep.parameters.forEach((parameter, index) => { if (parameter.values.length > 1) option(element("front-colour"), index, "by " + parameter.name); });
  element("front-y").value = Math.min(1, sweep.measures.length - 1);
  for (const axis of ["x", "y"]) {
    const chosen = element("front-" + axis), goal = element(`front-${axis}-goal`);
    const follow = () => {
      const known = sweep.measures[chosen.value].goal;
      goal.value = known || "minimize";
      goal.disabled = Boolean(known);
    };
    chosen.addEventListener("change", () => { follow(); drawFront(); });
    goal.addEventListener("change", drawFront);
    follow();
  }
  element("front-colour").addEventListener("change", drawFront);
  const canvas = element("front-plot");
  canvas.addEventListener("pointermove", (event) => hoverFront(event.offsetX, event.offsetY));
  canvas.addEventListener("pointerleave", () => { frontView.hovered = null; element("front-tooltip").hidden = true; drawFrontOverlay(); });
  canvas.addEventListener("click", (event) => {
    const point = nearest(event.offsetX, event.offsetY);
    if (point !== null) pick(point);
  });
  selection.listeners.push(drawFront);
}

function drawFront() {
  if (!sweep.measures.length) return;
  const canvas = element("front-plot"), { context, width, height } = prepare(canvas), view = frontView, margin = view.margin;
  const xMeasure = sweep.measures[element("front-x").value], yMeasure = sweep.measures[element("front-y").value];
  const x = sweep.columns[element("front-x").value], y = sweep.columns[element("front-y").value];
  const measured = allPoints.filter((point) => isMeasured(point) && x[point] !== null && y[point] !== null);
  const xAxis = makeAxis(measured.map((point) => x[point])), yAxis = makeAxis(measured.map((point) => y[point]));
  const plotWidth = width - margin.left - margin.right, plotHeight = height - margin.top - margin.bottom;
  view.measured = measured;
  view.placeX = measured.map((point) => margin.left + xAxis.share(x[point]) * plotWidth);
  view.placeY = measured.map((point) => margin.top + (1 - yAxis.share(y[point])) * plotHeight);
  view.place = new Map(measured.map((point, n) => [point, n]));
  drawAxes(context, xAxis, yAxis, xMeasure, yMeasure, width, height);

  const shown = measured.filter((point) => selection.shown[point]);
  view.front = paretoFront(shown, x, y, element("front-x-goal").value, element("front-y-goal").value);
  const paint = painter();
  const dot = (n, radius) => { context.beginPath(); context.arc(view.placeX[n], view.placeY[n], radius, 0, 7); };
  // What brushes leave out, then what is beyond a limit, then the rest.
  const faint = colour("faint"), beyond = colour("second");
  measured.forEach((point, n) => { if (!selection.shown[point]) { context.fillStyle = faint; dot(n, 2); context.fill(); } });
  context.globalAlpha = 0.75;
  measured.forEach((point, n) => {
    if (!selection.shown[point]) return;
    if (isFeasible(point)) { context.fillStyle = paint(point); dot(n, 2.6); context.fill(); }
    else { context.strokeStyle = beyond; context.lineWidth = 1; dot(n, 2.4); context.stroke(); }
  });
  context.globalAlpha = 1;
  drawStaircase(context, view);
  view.picture = snapshot(canvas);
  drawFrontOverlay();
  const hidden = measured.length - shown.length;
  element("front-count").textContent = `${view.front.length.toLocaleString("en-US")} of ${shown.filter(isFeasible).length.toLocaleString("en-US")} feasible points on the front`
    + (hidden ? `; ${hidden.toLocaleString("en-US")} filtered out below` : "");
}

function drawAxes(context, xAxis, yAxis, xMeasure, yMeasure, width, height) {
  const margin = frontView.margin, bottom = height - margin.bottom, muted = colour("muted");
  context.lineWidth = 1;
  for (const tick of xAxis.ticks(7)) {
    const place = Math.round(margin.left + xAxis.share(tick) * (width - margin.left - margin.right)) + 0.5;
    line(context, place, margin.top, place, bottom, colour("faint"));
    text(context, tickText(tick, xMeasure.unit), place, bottom + 17, "center", muted);
  }
  for (const tick of yAxis.ticks(7)) {
    const place = Math.round(margin.top + (1 - yAxis.share(tick)) * (bottom - margin.top)) + 0.5;
    line(context, margin.left, place, width - margin.right, place, colour("faint"));
    text(context, tickText(tick, yMeasure.unit), margin.left - 8, place + 4, "right", muted);
  }
  line(context, margin.left, bottom + 0.5, width - margin.right, bottom + 0.5, colour("line"));
  line(context, margin.left + 0.5, margin.top, margin.left + 0.5, bottom, colour("line"));
  const scale = (axis) => (axis.isLogarithmic ? ", logarithmic" : "");
  text(context, label(xMeasure) + scale(xAxis), (margin.left + width - margin.right) / 2, height - 8, "center", colour("ink"));
  context.save();
  context.translate(14, (margin.top + bottom) / 2);
  context.rotate(-Math.PI / 2);
  text(context, label(yMeasure) + scale(yAxis), 0, 0, "center", colour("ink"));
  context.restore();
}

function line(context, x1, y1, x2, y2, ink) {
  context.strokeStyle = ink;
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

// The front: a line along what its points dominate, and its points on top.
function drawStaircase(context, view) {
  const places = view.front.map((point) => view.place.get(point));
  context.strokeStyle = colour("accent");
  context.lineWidth = 2;
  context.beginPath();
  places.forEach((n, index) => {
    if (index === 0) context.moveTo(view.placeX[n], view.placeY[n]);
    else { context.lineTo(view.placeX[n], view.placeY[places[index - 1]]); context.lineTo(view.placeX[n], view.placeY[n]); }
  });
  context.stroke();
  context.lineWidth = 1;
  const paint = painter(colour("accent"));
  for (const n of places) {
    context.beginPath();
    context.arc(view.placeX[n], view.placeY[n], 4.5, 0, 7);
    context.fillStyle = paint(view.measured[n]);
    context.strokeStyle = element("front-colour").value === "" ? colour("surface") : colour("ink");
    context.fill();
    context.stroke();
  }
}

// The colour of a point, and the key below the plot.
function painter(plain = colour("idle")) {
  const chosen = element("front-colour").value, keys = element("front-keys");
  keys.replaceChildren();
  const add = (ink, words) => {
    const key = document.createElement("span"), mark = document.createElement("i");
    key.className = "key";
    mark.style.background = ink;
    key.append(mark, words);
    keys.append(key);
    return mark;
  };
  const addBeyond = () => {
    if (sweep.status.includes("l")) Object.assign(add("transparent", "beyond a limit").style, { border: "1px solid " + colour("second") });
  };
  if (chosen === "") {
    add(colour("accent"), "Pareto front");
    add(colour("idle"), "other feasible points");
    addBeyond();
    return () => plain;
  }
  const parameter = sweep.parameters[chosen], choices = sweep.choices[chosen], last = parameter.values.length - 1;
  if (last < categories.length && !(parameter.isOrdered && last > 3)) {
    const inks = categories.map(colour);
    parameter.values.forEach((value, index) => add(inks[index], `${parameter.name} ${value}`));
    addBeyond();
    return (point) => inks[choices[point]];
  }
  const key = document.createElement("span"), bar = document.createElement("span");
  key.className = "key";
  bar.className = "ramp";
  bar.style.background = `linear-gradient(to right, ${ramp.join(",")})`;
  key.append(`${parameter.name} ${parameter.values[0]}`, bar, parameter.values[last]);
  keys.append(key);
  addBeyond();
  return (point) => ramp[Math.round((choices[point] / last) * (ramp.length - 1))];
}

// The point within a finger's width, those of the front first.
function nearest(x, y) {
  const view = frontView, onFront = new Set(view.front);
  let best = null, least = 14 * 14;
  for (let n = 0; n < view.measured.length; n++) {
    const point = view.measured[n];
    if (!selection.shown[point]) continue;
    const distance = (view.placeX[n] - x) ** 2 + (view.placeY[n] - y) ** 2 - (onFront.has(point) ? 16 : 0);
    if (distance < least) [best, least] = [point, distance];
  }
  return best;
}

function hoverFront(x, y) {
  const point = nearest(x, y), tooltip = element("front-tooltip");
  if (point === null) tooltip.hidden = true;
  else {
    const n = frontView.place.get(point);
    showTooltip(tooltip, frontView.placeX[n], frontView.placeY[n], pointTitle(point), [...measuresOf(point, [element("front-x").value, element("front-y").value]), ...configuration(point)]);
  }
  if (point !== frontView.hovered) { frontView.hovered = point; drawFrontOverlay(); }
}

function measuresOf(point, indices) {
  return [...new Set(indices)].map((index) => [sweep.measures[index].name, quantity(sweep.columns[index][point], sweep.measures[index].unit)]);
}

// Rings around the point under the mouse and the point in the panel, on top of the picture.
function drawFrontOverlay() {
  const view = frontView, context = element("front-plot").getContext("2d");
  if (!view.picture) return;
  restore(context, view.picture);
  for (const [point, radius, width] of [[view.hovered, 7, 1.5], [selection.picked, 8, 2.5]]) {
    const n = view.place.get(point);
    if (n === undefined) continue;
    context.strokeStyle = colour("ink");
    context.lineWidth = width;
    context.beginPath();
    context.arc(view.placeX[n], view.placeY[n], radius, 0, 7);
    context.stroke();
  }
  context.lineWidth = 1;
}
