"""Checks a report in headless Chromium, over the DevTools protocol on a pair of pipes (no packages needed).

Usage: check_report.py BROWSER REPORT.html [FOLDER]

Light and dark, wide and narrow: each plot has an extent and marks in it, its labels lie inside, text stands out from its
background, the page is not wider than the window, nothing is logged or fails, and no address but the file itself is asked
for. With FOLDER, a screenshot of each scheme is left there. Exit code 0 when all hold, 1 with a line for each that does not.
"""

import base64
import fcntl
import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import tempfile
import time

PLOTS = [
    "plot-unit-activity", "plot-operator-time", "plot-utilization", "plot-roofline", "plot-traffic", "plot-timeline",
    "plot-architecture",
]

# Those of a memory whose channels were simulated, as the summary beside the report tells.
MEMORY_PLOTS = ["plot-bandwidth", "plot-dram-stalls"]

# Runs in the page: what a reader would see of the plots and the text.
PROBE = """
(() => {
  const luminance = (colour) => {
    const part = colour.match(/[\\d.]+/g).slice(0, 3).map((x) => x / 255)
      .map((x) => x <= 0.04045 ? x / 12.92 : Math.pow((x + 0.055) / 1.055, 2.4));
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const surface = luminance(getComputedStyle(document.querySelector("main > section")).backgroundColor);
  const contrast = (element, property) => {
    const ink = luminance(getComputedStyle(element)[property]);
    return (Math.max(ink, surface) + 0.05) / (Math.min(ink, surface) + 0.05);
  };
  const plots = {};
  for (const svg of document.querySelectorAll("svg[id]")) {
    const box = svg.getBoundingClientRect();
    const outside = [...svg.querySelectorAll("text")].filter((text) => {
      const place = text.getBoundingClientRect();
      return place.width > 0 && (place.left < box.left - 1 || place.right > box.right + 1 || place.top < box.top - 2 || place.bottom > box.bottom + 2);
    }).map((text) => text.textContent);
    plots[svg.id] = {
      width: box.width, height: box.height, outside,
      marks: [...svg.querySelectorAll("rect,circle,path")].filter((mark) => {
        const place = mark.getBoundingClientRect();
        return place.width > 0 && place.height > 0 && !mark.classList.contains("hit");
      }).length,
      labels: svg.querySelectorAll("text").length,
      label: svg.getAttribute("aria-label") || "",
    };
  }
  const text = document.body.innerText;
  return JSON.stringify({
    plots, title: document.title, surface,
    contrasts: ["h1:color", "p.lead:color", "svg .tick:fill", "nav a:color"].map((entry) => {
      const [selector, property] = entry.split(":");
      const element = document.querySelector(selector);
      return [selector, element ? contrast(element, property) : 0];
    }),
    broken: text.match(/\\b(NaN|nan|undefined|Infinity|inf)\\b|\\{\\{/g) || [],
    overflow: document.documentElement.scrollWidth - window.innerWidth,
    height: document.documentElement.scrollHeight,
    rows: document.querySelectorAll("#parameters tbody tr").length,
  });
})()
"""


class Browser:
    """One headless browser with one page, spoken to in JSON messages that end in a zero byte."""

    def __init__(self, program, profile):
        to_browser, self._out = (high(end) for end in os.pipe())
        self._in, from_browser = (high(end) for end in os.pipe())

        def connect():
            os.dup2(to_browser, 3)
            os.dup2(from_browser, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
             "--disable-background-networking", "--no-first-run", "--user-data-dir=" + profile, "--remote-debugging-pipe", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=connect, pass_fds=(3, 4))
        os.close(to_browser)
        os.close(from_browser)
        self._buffer, self._number, self.events, self._session = b"", 0, [], None
        deadline = time.monotonic() + 30
        while True:
            pages = [t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page"]
            if pages:
                break
            if time.monotonic() > deadline:
                raise SystemExit("check_report.py: the browser opens no page")
            time.sleep(0.05)
        self._session = self.call("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)["sessionId"]

    def call(self, method, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive(60)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise SystemExit(f"check_report.py: {method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self._receive(60))

    def _receive(self, seconds):
        while b"\0" not in self._buffer:
            if not select.select([self._in], [], [], seconds)[0]:
                raise SystemExit("check_report.py: the browser does not answer")
            data = os.read(self._in, 1 << 16)
            if not data:
                raise SystemExit("check_report.py: the browser went away")
            self._buffer += data
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)

    def close(self):
        self.process.terminate()
        self.process.wait()


def high(descriptor):
    """The same end of a pipe under a number that does not clash with 3 and 4."""
    copy = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(descriptor)
    return copy


def expected_plots(report):
    """The plots that the report should have: those of its memories follow from the summary beside it."""
    summary = report.with_name("summary.json")
    memories = json.loads(summary.read_text())["memories"] if summary.exists() else []
    channels = [memory["dram"] for memory in memories if "dram" in memory]
    plots = list(PLOTS)
    for plot, count in zip(MEMORY_PLOTS, (sum("bandwidth" in memory for memory in channels), len(channels))):
        plots += [plot if number == 0 else f"{plot}-{number + 1}" for number in range(count)]
    return plots


def check(browser, page, plots, scheme, width, screenshot):
    """The faults of the page in one colour scheme and window width."""
    browser.events.clear()
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    browser.call("Page.navigate", url=page)
    browser.wait("Page.loadEventFired")
    seen = json.loads(browser.call("Runtime.evaluate", expression=PROBE)["result"]["value"])
    faults = []
    for plot in plots:
        found = seen["plots"].get(plot)
        if not found:
            faults.append(f"{plot} is missing")
            continue
        if found["width"] < 300 or found["height"] < 40:
            faults.append(f"{plot} is only {found['width']:.0f} × {found['height']:.0f}")
        if found["marks"] < 1 or found["labels"] < 2 or not found["label"]:
            faults.append(f"{plot} has {found['marks']} marks and {found['labels']} labels")
        faults += [f"{plot}: “{text}” lies outside the drawing" for text in found["outside"]]
    faults += [f"{plot} is on the page, but the summary does not account for it" for plot in seen["plots"] if plot not in plots]
    faults += [f"contrast of {selector} is only {value:.1f}" for selector, value in seen["contrasts"] if value < 4.5]
    faults += [f"“{word}” is on the page" for word in seen["broken"]]
    if (seen["surface"] < 0.2) != (scheme == "dark"):
        faults.append(f"the {scheme} scheme has a surface of luminance {seen['surface']:.2f}")
    if seen["overflow"] > 0:
        faults.append(f"the page is {seen['overflow']} pixels wider than the window")
    if not seen["title"] or seen["rows"] < 1:
        faults.append("the title or the parameters are missing")
    for event in browser.events:
        method, details = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            address = details["request"]["url"]
            if address != page and not address.startswith("data:"):
                faults.append(f"asks for {address}")
        elif method in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
            faults.append(f"logs {json.dumps(details)[:200]}")
    if screenshot:
        clip = {"x": 0, "y": 0, "width": width, "height": min(seen["height"], 12000), "scale": 1}
        image = browser.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        screenshot.write_bytes(base64.b64decode(image["data"]))
    return [f"{scheme}, {width} wide: {fault}" for fault in faults]


def main():
    program, report = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    folder = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    profile = tempfile.mkdtemp(prefix="check-report-")
    browser = None
    try:
        browser = Browser(program, profile)
        for domain in ("Page", "Network", "Runtime", "Log"):
            browser.call(domain + ".enable")
        faults = []
        plots = expected_plots(report)
        for scheme in ("light", "dark"):
            for width in (1240, 420):
                shot = folder / f"report-{scheme}.png" if folder and width == 1240 else None
                faults += check(browser, report.as_uri(), plots, scheme, width, shot)
    finally:
        if browser:
            browser.close()
        shutil.rmtree(profile, ignore_errors=True)
    for fault in faults:
        print(f"{report}: {fault}")
    if faults:
        sys.exit(1)
    print(f"{report.name}: {len(plots)} plots, light and dark, wide and narrow: all there")


if __name__ == "__main__":
    main()
