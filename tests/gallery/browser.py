"""Headless Chromium, worked through its debugging pipe: JSON messages with a zero byte behind each."""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
import unittest

PROGRAM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


class Browser:
    """One browser with a profile of its own, and one page in it."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="styler browser ")
        command = [
            PROGRAM, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
            "--no-first-run", f"--user-data-dir={self.profile}", "--remote-debugging-pipe", "about:blank",
        ]  # fmt: skip
        child_in, self.to_browser = os.pipe()
        self.from_browser, child_out = os.pipe()

        def as_3_and_4():  # where Chromium looks for the pipe; by way of high numbers, lest one overwrite the other
            high = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (child_in, child_out)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            command, preexec_fn=as_3_and_4, pass_fds=(3, 4), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(child_in)
        os.close(child_out)
        self.received, self.events, self.number, self.session = b"", [], 0, None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log"]:
            self.call(domain + ".enable")

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.to_browser)
        os.close(self.from_browser)
        shutil.rmtree(self.profile, ignore_errors=True)

    def message(self, timeout):
        """The next message from the browser."""
        end = time.monotonic() + timeout
        while b"\0" not in self.received:
            if not select.select([self.from_browser], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError("the browser says nothing")
            part = os.read(self.from_browser, 1 << 20)
            if not part:
                raise ConnectionError("the browser has ended")
            self.received += part
        text, self.received = self.received.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **parameters):
        """Runs one command of the DevTools protocol and returns its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.message(timeout=60)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def open(self, address, size, phone=False, dark=False):
        """Loads a page from scratch in a window of this size, and waits until it is there."""
        self.call("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=phone)
        self.call("Emulation.setTouchEmulationEnabled", enabled=phone)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Page.navigate", url="about:blank")  # an address that differs behind # alone loads nothing
        self.events.clear()
        self.call("Page.navigate", url=address)
        self.wait_for("document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, script):
        """What an expression gives; promises are waited for."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def wait_for(self, condition, timeout=20):
        end = time.monotonic() + timeout
        while not self.run(condition):
            if time.monotonic() > end:
                raise TimeoutError(f"this did not come true: {condition}")
            time.sleep(0.02)

    def press(self, key):
        """Presses and releases a key as a person does, wherever the focus is."""
        code = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowLeft": 37, "ArrowRight": 39}[key]
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ["keyDown", "keyUp"]:
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    def drag(self, points, touch=False):
        """Presses at the first of the points, moves to the others, and lets go."""
        if touch:
            for i, (x, y) in enumerate(points):
                kind = "touchMove" if i else "touchStart"
                self.call("Input.dispatchTouchEvent", type=kind, touchPoints=[{"x": x, "y": y}])
            self.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
            return
        mouse = {"button": "left", "buttons": 1, "clickCount": 1}
        for i, (x, y) in enumerate(points):
            kind = "mouseMoved" if i else "mousePressed"
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **mouse)
        x, y = points[-1]
        self.call("Input.dispatchMouseEvent", type="mouseReleased", x=x, y=y, button="left", clickCount=1)

    def click(self, selector):
        box = f"document.querySelector({json.dumps(selector)}).getBoundingClientRect()"
        x, y = self.run(f"(() => {{ const b = {box}; return [b.left + b.width / 2, b.top + b.height / 2]; }})()")
        self.drag([(x, y)])

    def complaints(self):
        """What went wrong in the page since it was opened: errors of scripts, and what the browser logged as one."""
        self.run("0")  # what was on its way is here now
        found = []
        for event in self.events:
            details = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(details["exceptionDetails"].get("text", "") + json.dumps(details["exceptionDetails"]))
            if event.get("method") == "Log.entryAdded" and details["entry"]["level"] in ("error", "warning"):
                found.append(details["entry"]["text"])
        return found

    def screenshot(self):
        """The bytes of a PNG of what is to be seen."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])


@unittest.skipIf(
    PROGRAM is None and os.environ.get("STYLER_REQUIRE_BROWSER") != "1",
    "needs Chromium (apt-get install chromium); STYLER_REQUIRE_BROWSER=1 makes its absence a failure",
)
class BrowserTest(unittest.TestCase):
    """Of a page: all cases share one browser."""

    @classmethod
    def setUpClass(cls):
        if PROGRAM is None:
            raise AssertionError("STYLER_REQUIRE_BROWSER=1, but there is no chromium in PATH")
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)
