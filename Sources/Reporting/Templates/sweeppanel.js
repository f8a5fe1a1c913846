// The panel with everything about one point: its configuration, figures, the command that runs it, its run's page.

const statusText = { f: "", l: " (beyond a limit)", x: " (failed)" };
const pointTitle = (point) => `Point ${sweep.numbers ? sweep.numbers[point] : point}${statusText[sweep.status[point]]}`;

// The commands that run a point alone, each option on a line of its own.
function commands(point) {
  const text = (piece) => piece.texts[piece.choices ? piece.choices[point] : piece.parameter === undefined ? 0 : sweep.choices[piece.parameter][point]];
  return sweep.run.commands.map((command) => command.map((index) => text(sweep.run.pieces[index])).filter((part) => part).join(" \\\n "));
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
