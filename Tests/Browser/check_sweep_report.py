"""Checks the report of a sweep in headless Chromium, as a reader would use it.

Usage: check_sweep_report.py BROWSER REPORT_FOLDER [FOLDER]

The page loads within LOAD_SECONDS without a message or a fetched address; every plot has marks, labels inside of it and no two
labels of an axis on each other; the front drawn is the front of sweep.json; pointing at a dot shows its configuration within
HOVER_SECONDS; a click opens its panel with the command that runs it; dragging along an axis filters both plots; drop-downs change
axes. With FOLDER, screenshots are left there. Exit code 0 when all hold, 1 with a line for each that does not.
"""

import base64
import json
import pathlib
import shutil
import sys
import tempfile
import time

from check_report import Browser

# For 10,000 points, on two cores that other work shares.
LOAD_SECONDS = 8.0
HOVER_SECONDS = 0.25
BRUSH_SECONDS = 1.0

STATIC = """
(() => {
  const plots = {};
  for (const svg of document.querySelectorAll("svg[id]")) {
    const box = svg.getBoundingClientRect(), labels = [...svg.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
    const outside = labels.filter(([, place]) => place.left < box.left - 1 || place.right > box.right + 1 || place.top < box.top - 2 || place.bottom > box.bottom + 2);
    const touching = [];
    for (let a = 0; a < labels.length; a++) for (let b = a + 1; b < labels.length; b++) {
      const p = labels[a][1], q = labels[b][1];
      if (Math.min(p.right, q.right) - Math.max(p.left, q.left) > 1 && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 3) touching.push(labels[a][0] + " / " + labels[b][0]);
    }
    plots[svg.id] = {
      width: box.width, height: box.height, outside: outside.map((label) => label[0]), touching,
      marks: [...svg.querySelectorAll("rect,circle,path")].filter((mark) => { const place = mark.getBoundingClientRect(); return place.width > 0 && place.height > 0; }).length,
    };
  }
  return {
    plots, title: document.title,
    broken: document.body.innerText.match(/\\b(NaN|nan|undefined|Infinity|null)\\b|\\{\\{/g) || [],
    overflow: document.documentElement.scrollWidth - window.innerWidth,
    sections: [...document.querySelectorAll("main section[id]")].map((section) => section.id),
    rows: document.querySelectorAll("#best tbody tr").length, failures: document.querySelectorAll("#failures tbody tr").length,
  };
})()
"""


class Page:
    def __init__(self, browser, problems):
        self.browser, self.problems = browser, problems

    def value(self, expression):
        answer = self.browser.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise SystemExit(f"check_sweep_report.py: {expression[:80]}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def expect(self, holds, message):
        if not holds:
            self.problems.append(message)

    def size(self, width, height, scale=1):
        self.browser.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)
        time.sleep(0.2)

    def scheme(self, name):
        self.browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])
        time.sleep(0.3)

    def mouse(self, kind, x, y, pressed=False):
        self.browser.call(
            "Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left" if pressed or kind != "mouseMoved" else "none",
            buttons=1 if pressed else 0, clickCount=1 if kind != "mouseMoved" else 0)

    def place(self, selector):
        """The left top corner of an element, scrolled into the middle of the window, once the page has stopped moving."""
        before = None
        while before != (before := self.value("scrollY")):
            time.sleep(0.15)
        box = self.value(f"(() => {{ const e = document.querySelector('{selector}'); e.scrollIntoView({{block: 'center', behavior: 'instant'}}); "
                         "const b = e.getBoundingClientRect(); return [b.left, b.top]; })()")
        return box[0], box[1]

    def shot(self, folder, name):
        if folder:
            data = self.browser.call("Page.captureScreenshot", format="png")["data"]
            (folder / name).write_bytes(base64.b64decode(data))


def pareto(sweep, first, second):
    """Numbers of the points on the front of two objectives, computed here once more: quadratic, by the definition."""
    signs = [1 if objective["goal"] == "minimize" else -1 for objective in sweep["objectives"]]
    points = [(signs[first] * p["objectives"][first], signs[second] * p["objectives"][second], p["number"])
              for p in sweep["points"] if p["status"] == "finished"]
    front, least = [], float("inf")
    for a, b, index in sorted(points):
        if b < least:
            front.append(index)
            least = b
    for a, b, _ in points:
        for index in front:
            x, y = (signs[k] * sweep["points"][index]["objectives"][k] for k in (first, second))
            assert not (a <= x and b <= y and (a, b) != (x, y)), "the check's own front is dominated"
    return front


def check(page, folder, report, shots):
    sweep = json.loads((report / "sweep.json").read_text())
    page.browser.call("Page.enable")
    page.browser.call("Runtime.enable")
    page.browser.call("Network.enable")
    page.browser.call("Log.enable")
    page.size(1360, 900)
    page.scheme("light")
    start = time.monotonic()
    page.browser.call("Page.navigate", url=(report / "report.html").resolve().as_uri())
    page.browser.wait("Page.loadEventFired")
    count = page.value("selection.shown.length")
    load = time.monotonic() - start
    timing = page.value("performance.getEntriesByType('navigation')[0].loadEventEnd / 1000")
    print(f"{count} points: loaded and drawn in {load:.2f} s ({timing:.2f} s by the page's clock), page of {(report / 'report.html').stat().st_size / 1e6:.1f} MB")
    page.expect(count == len(sweep["points"]), f"the page has {count} of {len(sweep['points'])} points")
    page.expect(load < LOAD_SECONDS, f"loading took {load:.1f} s, and {LOAD_SECONDS} s is the limit")

    # What stands still.
    for scheme, width in (("light", 1360), ("dark", 1360), ("light", 700)):
        page.scheme(scheme)
        page.size(width, 900)
        seen = page.value(STATIC)
        where = f"{scheme}, {width} wide"
        expected = {"plot-sensitivity", "plot-hypervolume"} | {f"plot-values-{o['name']}" for o in sweep["objectives"]}
        expected |= {f"plot-best-{o['name']}" for o in sweep["objectives"]}
        if any(name.startswith("area.") for name in sweep["figures"]):
            expected |= {"plot-area-breakdown", "plot-area-map"}
        for name in sorted(expected - seen["plots"].keys()):
            page.expect(False, f"{where}: {name} is missing")
        for name, plot in seen["plots"].items():
            page.expect(plot["width"] > 300 and plot["height"] > 40, f"{where}: {name} has no extent")
            page.expect(plot["marks"] > 1, f"{where}: {name} is empty")
            page.expect(not plot["outside"], f"{where}: {name}: labels outside: {plot['outside'][:5]}")
            page.expect(not plot["touching"], f"{where}: {name}: labels on each other: {plot['touching'][:5]}")
        page.expect(not seen["broken"], f"{where}: the text has {seen['broken'][:5]}")
        page.expect(seen["overflow"] <= 0, f"{where}: the page is {seen['overflow']} pixels wider than the window")
        page.expect({"explorer", "parallel", "best"} <= set(seen["sections"]), f"{where}: sections are missing: {seen['sections']}")
        page.expect(seen["rows"] > 10, f"{where}: tables have {seen['rows']} rows")
        page.expect((seen["failures"] > 0) == any(p["status"] != "finished" for p in sweep["points"]), f"{where}: failed points are not told")
    page.scheme("light")
    page.size(1360, 900)

    # The front that the page draws, for every pair of objectives.
    objectives = len(sweep["objectives"])
    for first in range(objectives):
        for second in range(first + 1, objectives):
            page.value(f"(() => {{ for (const [a, v] of [['x', {first}], ['y', {second}]]) {{ const s = element('front-' + a); s.value = v; "
                       "s.dispatchEvent(new Event('change')); } })()")
            drawn = page.value("frontView.front")
            page.expect(drawn == pareto(sweep, first, second), f"the front of objectives {first} and {second} is not that of the points")

    hover(page, sweep)
    click(page, sweep)
    page.shot(shots, "explorer.png")
    brush(page, sweep, shots)
    figures(page, sweep)


def hover(page, sweep):
    left, top = page.place("#front-plot")
    target = page.value("(() => { const p = frontView.front[Math.floor(frontView.front.length / 2)], n = frontView.place.get(p); "
                        "return [p, frontView.placeX[n], frontView.placeY[n]]; })()")
    page.mouse("mouseMoved", left + target[1] + 40, top + 4)
    start = time.monotonic()
    page.mouse("mouseMoved", left + target[1], top + target[2])
    words = page.value("element('front-tooltip').hidden ? '' : element('front-tooltip').innerText")
    took = time.monotonic() - start
    inside = page.value("(() => { const s = performance.now(); for (let i = 0; i < 50; i++) hoverFront(80 + i * 12, 100 + i * 6); return (performance.now() - s) / 50; })()")
    page.mouse("mouseMoved", left + target[1], top + target[2])
    point = sweep["points"][target[0]]
    print(f"hover: {took * 1000:.0f} ms from mouse to tooltip, {inside:.1f} ms of it in the page")
    page.expect(took < HOVER_SECONDS, f"a hover took {took:.2f} s")
    page.expect(f"Point {point['number']}" in words, f"the tooltip says {words[:80]!r}, not point {point['number']}")
    for parameter, choice in zip(sweep["parameters"], point["choices"]):
        page.expect(parameter["name"] in words and str(parameter["values"][choice]) in words, f"the tooltip lacks {parameter['name']}")


def click(page, sweep):
    left, top = page.place("#front-plot")
    target = page.value("(() => { const p = frontView.front[0], n = frontView.place.get(p); return [p, frontView.placeX[n], frontView.placeY[n]]; })()")
    for kind, pressed in (("mouseMoved", False), ("mousePressed", True), ("mouseReleased", False)):
        page.mouse(kind, left + target[1], top + target[2], pressed)
    point = sweep["points"][target[0]]
    words = page.value("element('panel').innerText")
    page.expect(f"Point {point['number']}" in words, f"a click opened {words[:60]!r}, not point {point['number']}")
    command = page.value("element('panel').querySelector('pre').textContent")
    settings = "".join(
        f" --set {t}={v}" if " " not in str(v) else f" --set '{t}={v}'"
        for parameter, choice in zip(sweep["parameters"], point["choices"]) for t in parameter["targets"] for v in [parameter["values"][choice]])
    expected = f"cyclewright simulate {sweep['architecture']} {sweep['workloads'][0]['name']}{settings}"
    page.expect(command.replace(" \\\n  ", " ") == expected, f"the panel's command is {command!r}, not {expected!r}")
    pressed = page.value("(() => { document.querySelector('#best tbody tr:nth-child(2)').click(); return element('panel').querySelector('h3').textContent; })()")
    row = page.value("document.querySelector('#best tbody tr:nth-child(2) td').textContent")
    page.expect(pressed == f"Point {row}", f"a row of the table opened {pressed!r}, not point {row}")


def brush(page, sweep, shots):
    """Keeps the lower half of the first parameter's axis: exactly the points whose values lie there stay."""
    left, top = page.place("#parallel-plot")
    axis = page.value("[axisX(parallelView, 0), axisY(parallelView, 0), axisY(parallelView, 1)]")
    page.expect("feasible points" in page.value("element('brush-count').textContent"), "the parallel plot does not count its points")
    ink = page.value("(() => { const c = element('parallel-plot'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0; "
                     "for (let i = 3; i < d.length; i += 4) if (d[i] > 20) n++; return n / (d.length / 4); })()")
    page.expect(ink > 0.02, f"the parallel plot is empty: {ink:.3f} of it is drawn on")
    page.mouse("mouseMoved", left + axis[0], top + axis[1] - 1)
    page.mouse("mousePressed", left + axis[0], top + axis[1] - 1, True)
    middle = (axis[1] + axis[2]) / 2
    start = time.monotonic()
    for step in range(1, 6):
        page.mouse("mouseMoved", left + axis[0], top + axis[1] + (middle - axis[1]) * step / 5, True)
    page.mouse("mouseReleased", left + axis[0], top + middle)
    took = (time.monotonic() - start) / 6
    words = page.value("element('brush-count').textContent")
    values = len(sweep["parameters"][0]["values"])
    feasible = [p for p in sweep["points"] if p["status"] == "finished"]
    expected = sum(1 for p in feasible if p["choices"][0] / (values - 1) <= 0.5 + 0.02)
    page.expect(words == f"{expected:,} of {len(feasible):,} feasible points shown", f"the brush leaves {words!r}, not {expected:,} of {len(feasible):,}")
    print(f"brush: {took * 1000:.0f} ms a step, leaves {words}")
    page.expect(took < BRUSH_SECONDS, f"a step of a brush took {took:.2f} s")
    shown = page.value("frontView.front.every((p) => selection.shown[p])")
    page.expect(shown and "filtered out" in page.value("element('front-count').textContent"), "the brush does not filter the fronts")
    page.shot(shots, "brushed.png")
    page.value("element('brush-reset').click()")
    page.expect("shown" not in page.value("element('brush-count').textContent"), "the brush does not go away")


def figures(page, sweep):
    """A figure that is no objective can be chosen for an axis, and its direction turned."""
    index = page.value("sweep.measures.findIndex((m) => m.name === 'area')")
    page.value(f"(() => {{ const s = element('front-x'); s.value = {index}; s.dispatchEvent(new Event('change')); }})()")
    page.expect(page.value("element('front-x-goal').disabled") is False, "the direction of a figure cannot be chosen")
    less = page.value("frontView.front")
    page.value("(() => { const s = element('front-x-goal'); s.value = 'maximize'; s.dispatchEvent(new Event('change')); })()")
    page.expect(page.value("frontView.front") != less, "turning the direction does not change the front")
    page.value("(() => { const s = element('front-colour'); s.value = 0; s.dispatchEvent(new Event('change')); })()")
    page.expect(sweep["parameters"][0]["name"] in page.value("element('front-keys').textContent"), "colours have no key")


def events(page):
    """Messages, failures and addresses asked for."""
    for event in page.browser.events:
        method, body = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            page.problems.append(f"a script failed: {body['exceptionDetails'].get('exception', {}).get('description', body['exceptionDetails']['text'])}")
        elif method in ("Runtime.consoleAPICalled", "Log.entryAdded"):
            page.problems.append(f"a message: {json.dumps(body)[:200]}")
        elif method == "Network.requestWillBeSent" and not body["request"]["url"].startswith(("file:", "data:")):
            page.problems.append(f"asks for {body['request']['url']}")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__.split("\n\n")[1])
    report = pathlib.Path(sys.argv[2])
    shots = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    profile = tempfile.mkdtemp()
    browser = Browser(sys.argv[1], profile)
    page = Page(browser, [])
    try:
        check(page, report, report, shots)
        if shots:
            for scheme in ("light", "dark"):
                page.scheme(scheme)
                height = page.value("document.documentElement.scrollHeight")
                page.size(1360, min(12000, height))
                page.shot(shots, f"page-{scheme}.png")
        events(page)
    finally:
        browser.close()
        shutil.rmtree(profile, ignore_errors=True)
    for problem in page.problems:
        print(f"check_sweep_report.py: {problem}", file=sys.stderr)
    sys.exit(1 if page.problems else 0)


if __name__ == "__main__":
    main()
