"""Chromium without a window, driven over its DevTools pipe: needs nothing but Debian's chromium.

The pipe carries JSON messages that end in NUL: commands on descriptor 3 of the browser, answers and events on 4.
https://chromedevtools.github.io/devtools-protocol/
"""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

CHROMIUM = shutil.which("chromium")
PATIENCE = 60  # seconds for an answer


class Browser:
    """A browser without network; `with Browser() as browser: page = browser.open(path)`."""

    def __enter__(self):
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()

        def connect():
            ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_browser, from_browser)]  # clear of 3 and 4
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions"]
        flags += ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
        flags += ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={self._profile.name}"]
        self._process = subprocess.Popen(
            [CHROMIUM, *flags, "--remote-debugging-pipe", "about:blank"],
            close_fds=False,
            preexec_fn=connect,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._pending, self._number, self.events = b"", 0, []
        return self

    def __exit__(self, *_):
        try:
            self.send("Browser.close")
            self._process.wait(20)
        except (OSError, EOFError, TimeoutError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        os.close(self._write)
        os.close(self._read)
        self._profile.cleanup()

    def send(self, method, session=None, **parameters):
        """Sends a command and returns its result; events that come before it are kept in `events`."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") != self._number:
                self.events.append(answer)
                continue
            assert "error" not in answer, f"{method}: {answer['error']}"
            return answer["result"]

    def _receive(self):
        limit = time.monotonic() + PATIENCE
        while b"\0" not in self._pending:
            if not select.select([self._read], [], [], max(0, limit - time.monotonic()))[0]:
                raise TimeoutError("no answer from the browser")
            got = os.read(self._read, 1 << 20)
            if not got:
                raise EOFError("the browser is gone")
            self._pending += got
        message, self._pending = self._pending.split(b"\0", 1)
        return json.loads(message)

    def open(self, path, fragment="", width=1280, height=900):
        """Opens a file, offline, and waits until the report says that it is ready or has failed."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        page = Page(self, self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.send(f"{domain}.enable")
        page.send("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        page.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        page.send("Page.bringToFront")  # a page behind another one is not drawn
        page.send("Page.navigate", url=f"file://{path}{fragment}")
        page.wait_for(
            'Object.keys(document.documentElement?.dataset ?? {}).some((key) => ["ready", "errors"].includes(key))'
        )
        return page


class Page:
    """A tab of the browser."""

    def __init__(self, browser, session):
        self._browser, self._session = browser, session

    def send(self, method, **parameters):
        return self._browser.send(method, self._session, **parameters)

    def evaluate(self, expression):
        """The value of a JavaScript expression."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_for(self, expression):
        limit = time.monotonic() + PATIENCE
        while not self.evaluate(f"Boolean({expression})"):
            assert time.monotonic() < limit, f"never true: {expression}"
            time.sleep(0.05)

    def press(self, key):
        """Presses a key such as Tab, ArrowRight, Enter, Escape."""
        codes = {
            "Tab": 9,
            "Enter": 13,
            "Escape": 27,
            " ": 32,
            "ArrowLeft": 37,
            "ArrowUp": 38,
            "ArrowRight": 39,
            "ArrowDown": 40,
        }
        text = {"Enter": "\r", " ": " "}.get(key)
        event = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": codes[key]}
        self.send(
            "Input.dispatchKeyEvent",
            type="keyDown" if text else "rawKeyDown",
            **event,
            **({"text": text} if text else {}),
        )
        self.send("Input.dispatchKeyEvent", type="keyUp", **event)

    def screenshot(self, whole=False):
        """PNG of the window, or of the whole page."""
        more = {}
        if whole:
            size = self.send("Page.getLayoutMetrics")["cssContentSize"]
            more = {"captureBeyondViewport": True, "clip": {**size, "scale": 1}}
        return base64.b64decode(self.send("Page.captureScreenshot", format="png", **more)["data"])

    def print_to_pdf(self):
        return base64.b64decode(self.send("Page.printToPDF", preferCSSPageSize=True, printBackground=False)["data"])

    def _events(self, method):
        own = [event for event in self._browser.events if event.get("sessionId") == self._session]
        return [event["params"] for event in own if event["method"] == method]

    @property
    def complaints(self):
        """Errors and warnings on the console, exceptions, and what the page itself recorded."""
        said = [str(event["exceptionDetails"]) for event in self._events("Runtime.exceptionThrown")]
        said += [
            str(event["args"])
            for event in self._events("Runtime.consoleAPICalled")
            if event["type"] in ("error", "warning", "assert")
        ]
        said += [
            event["entry"]["text"] for event in self._events("Log.entryAdded") if event["entry"]["level"] != "info"
        ]
        recorded = self.evaluate("document.documentElement.dataset.errors")
        return said + ([recorded] if recorded else [])

    @property
    def requests(self):
        """Addresses that the page asked for, without its own and those of data inside it."""
        asked = [event["request"]["url"] for event in self._events("Network.requestWillBeSent")]
        return [address for address in asked if not address.startswith(("data:", "blob:"))][1:]
