// The panel with everything about one point: its configuration, figures, the command that runs it, its run's page.

const statusText = { f: "", l: " (beyond a limit)", x: " (failed)" };
const pointTitle = (point) => `Point ${sweep.numbers ? sweep.numbers[point] : point}${statusText[sweep.status[point]]}`;

// The commands that run a point alone, each option on a line of its own.
function commands(point) {
  const text = (piece) => piece.texts[piece.choices ? piece.choices[point] : piece.parameter === undefined ? 0 : sweep.choices[piece.parameter][point]];
  return sweep.run.commands.map((command) => command.map((index) => text(sweep.run.pieces[index])).filter((part) => part).join(" \\\n "));
}

// The names of components in the order in which figures first have them: one has the same colour in every bar.
const components = [...new Set(sweep.measures.filter((m) => !m.goal && /^(area|energy|power)\../.test(m.name)).map((m) => m.name.slice(m.name.indexOf(".") + 1)))];

// What the area or the energy of a point is made of: its figures "area.mesh", "area.buffer", …, as one bar with a key.
function breakdown(panel, point, prefix) {
  const parts = sweep.measures.map((measure, index) => [measure, sweep.columns[index][point]])
    .filter(([measure, value]) => !measure.goal && measure.name.startsWith(prefix + ".") && value > 0).sort((a, b) => b[1] - a[1]);
  if (!parts.length) return;
  const total = parts.reduce((sum, part) => sum + part[1], 0);
  const heading = document.createElement("h4"), bar = document.createElement("div"), keys = document.createElement("div");
  heading.textContent = `${prefix[0].toUpperCase()}${prefix.slice(1)} by component: ${quantity(total, parts[0][0].unit)}`;
  [bar.className, keys.className] = ["parts", "keys"];
  parts.forEach(([measure, value]) => {
    const piece = document.createElement("span"), key = document.createElement("span"), mark = document.createElement("i");
    const name = measure.name.slice(prefix.length + 1), index = components.indexOf(name);
    piece.style.flex = String(value / total);
    piece.style.background = mark.style.background = colour(index < categories.length ? categories[index] : "idle");
    piece.title = `${name}: ${quantity(value, measure.unit)}`;
    key.className = "key";
    key.append(mark, `${name} ${((value / total) * 100).toFixed(1)} %`);
    bar.append(piece);
    keys.append(key);
  });
  panel.append(heading, bar, keys);
}

function pick(point) {
  selection.picked = point;
  const panel = element("panel"), part = (name, words) => {
    const made = document.createElement(name);
    made.textContent = words;
    panel.append(made);
    return made;
  };
  const table = (heading, rows) => {
    if (!rows.length) return;
    part("h4", heading);
    const made = document.createElement("table");
    for (const cells of rows) {
      const row = made.insertRow();
      for (const cell of cells) row.insertCell().textContent = cell;
    }
    panel.append(made);
  };
  panel.replaceChildren();
  part("h3", pointTitle(point));
  if (sweep.reasons[point]) part("p", sweep.reasons[point]);
  if (sweep.runs[point]) Object.assign(part("p", "").appendChild(document.createElement("a")), { href: sweep.runs[point], textContent: "Report of its run" });
  table("Configuration", configuration(point));
  const indices = sweep.measures.map((_, index) => index).filter((index) => sweep.columns[index][point] !== null);
  table("Objectives", measuresOf(point, indices.filter((index) => sweep.measures[index].goal)));
  const lines = commands(point);
  if (lines.length) {
    part("h4", "Run it alone");
    for (const command of lines) part("pre", command);
    const copy = part("button", "Copy");
    copy.addEventListener("click", () => {
      // Pages from a file have no clipboard everywhere; then the text is selected for the keyboard.
      const select = () => getSelection().selectAllChildren(panel.querySelector("pre"));
      if (navigator.clipboard) navigator.clipboard.writeText(lines.join("\n")).then(() => { copy.textContent = "Copied"; }, select);
      else select();
    });
  }
  for (const prefix of ["area", "energy", "power"]) breakdown(panel, point, prefix);
  table("Figures", measuresOf(point, indices.filter((index) => !sweep.measures[index].goal)));
  panel.scrollTop = 0;
  drawFrontOverlay();
  drawParallelOverlay();
}

function setUpPanel() {
  element("best").addEventListener("click", (event) => {
    const row = event.target.closest("tr[data-point]");
    if (!row) return;
    pick(Number(row.dataset.point));
    element("explorer").scrollIntoView();
  });
}
