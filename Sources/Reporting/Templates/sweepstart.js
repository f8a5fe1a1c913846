// Sets the views up and draws them again when the window or the colour scheme changes.

setUpFront();
setUpParallel();
setUpPanel();
selectionChanged();
let redraw = null;
function redrawSoon() {
  clearTimeout(redraw);
  redraw = setTimeout(selectionChanged, 60);
}
addEventListener("resize", redrawSoon);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawSoon);
