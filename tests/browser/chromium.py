"""A headless Chromium, run once for a page (`dumped`, `pictured`) or driven over its debugging pipe (`Browser`)."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip
SECONDS = 60
DARK = "--blink-settings=preferredColorScheme=0"


def _once(folder: Path, *arguments: str) -> tuple[str, list[str]]:
    """Run Chromium to its end: what it printed, and what pages said on their console."""
    assert PROGRAM is not None
    profile = folder / f"profile-{time.monotonic_ns()}"
    done = subprocess.run(
        [PROGRAM, *FLAGS, "--enable-logging=stderr", f"--user-data-dir={profile}", *arguments],
        capture_output=True, encoding="utf-8", timeout=SECONDS, check=True,
    )  # fmt: skip
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def dumped(folder: Path, url: str, *flags: str) -> tuple[str, list[str]]:
    """The page as it stands after loading, and what it said on the console."""
    return _once(folder, *flags, "--dump-dom", url)


def pictured(folder: Path, url: str, file: Path, width: int, height: int, *flags: str) -> list[str]:
    """Write a picture of the window; what the page said on the console."""
    return _once(folder, *flags, f"--window-size={width},{height}", f"--screenshot={file}", url)[1]


class Tab:
    """One page of a browser. What it loads and what it says is kept."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser, self._session = browser, session
        self.address = ""
        self.requests: list[str] = []
        self.said: list[str] = []
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._browser.ask(method, parameters, self)

    @property
    def session(self) -> str:
        return self._session

    def heard(self, method: str, event: dict[str, Any]) -> None:
        """Take note of an event of the page."""
        if method == "Network.requestWillBeSent":
            self.requests.append(event["request"]["url"])
        elif method == "Runtime.consoleAPICalled":
            self.said.append(str(event["args"]))
        elif method == "Runtime.exceptionThrown":
            self.said.append(str(event["exceptionDetails"]))
        elif method == "Log.entryAdded":
            self.said.append(event["entry"]["text"])
        elif method == "Page.javascriptDialogOpening":
            self.said.append(f"dialog: {event['message']}")

    def size(self, width: int, height: int) -> None:
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def prefer(self, scheme: str) -> None:
        """Prefer light or dark colours."""
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, url: str) -> None:
        self.ask("Page.navigate", url=url)
        self.until(f"document.readyState === 'complete' && location.href === {json.dumps(url)}")

    def visit(self, page: Path, hash_: str = "") -> None:
        """Open a file; at the end of the test nothing else may have been loaded."""
        self.address = page.as_uri()
        self.open(self.address + hash_)

    def value(self, expression: str) -> Any:
        """What an expression gives in the page."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until an expression holds in the page."""
        deadline = time.monotonic() + SECONDS
        while not self.value(expression):
            assert time.monotonic() < deadline, expression
            time.sleep(0.02)

    def shown(self, selector: str) -> str:
        """The text of the elements that can be seen."""
        text = self.value(
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            ".filter((element) => element.checkVisibility()).map((element) => element.innerText).join('\\n')"
        )
        return " ".join(text.split())

    def middle(self, selector: str) -> tuple[float, float]:
        """Where an element is in the window."""
        box = self.value(
            f"(() => {{ const box = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        return box[0], box[1]

    def mouse(self, kind: str, x: float, y: float, **more: Any) -> None:
        self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, selector: str) -> None:
        x, y = self.middle(selector)
        self.mouse("mousePressed", x, y, button="left", clickCount=1)
        self.mouse("mouseReleased", x, y, button="left", clickCount=1)

    def press(self, key: str, text: str = "") -> None:
        """Press a key by its name; `text` is what it types."""
        codes = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowRight": 39, "ArrowLeft": 37}
        code = codes.get(key, ord(key.upper()[0]))
        self.ask("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, text=text)
        self.ask("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def type(self, text: str) -> None:
        self.ask("Input.insertText", text=text)

    def close(self) -> None:
        self.ask("Page.close")


# Chromium reads from descriptor 3 and writes to 4, which may be taken by the pipes the other way round.
_WITH_PIPES = """
import fcntl, os, sys
pipes = [fcntl.fcntl(int(pipe), fcntl.F_DUPFD, 10) for pipe in sys.argv[1:3]]
for wanted, pipe in zip((3, 4), pipes):
    os.dup2(pipe, wanted)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """Speaks the DevTools protocol over two pipes: JSON, each message ended by a NUL."""

    def __init__(self, folder: Path) -> None:
        assert PROGRAM is not None
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _WITH_PIPES, str(to_read), str(to_write), PROGRAM, *FLAGS,
             "--remote-debugging-pipe", f"--user-data-dir={folder}"],
            pass_fds=(to_read, to_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_read)
        os.close(to_write)
        self._asked = 0
        self._rest = b""
        self._tabs: dict[str, Tab] = {}

    def tab(self) -> Tab:
        target = self.ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        tab = Tab(self, session)
        self._tabs[session] = tab
        return tab

    def ask(self, method: str, parameters: dict[str, Any], tab: Tab | None = None) -> dict[str, Any]:
        self._asked += 1
        message: dict[str, Any] = {"id": self._asked, "method": method, "params": parameters}
        if tab is not None:
            message["sessionId"] = tab.session
            self._tabs.setdefault(tab.session, tab)
        os.write(self._write, json.dumps(message).encode() + b"\0")
        for answer in self._messages():
            if answer.get("id") == self._asked:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]
            if "method" in answer and answer.get("sessionId") in self._tabs:
                self._tabs[answer["sessionId"]].heard(answer["method"], answer["params"])
        raise AssertionError(f"no answer to {method}")

    def _messages(self) -> Iterator[dict[str, Any]]:
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            message, end, rest = self._rest.partition(b"\0")
            if end:
                self._rest = rest
                yield json.loads(message)
            elif select.select([self._read], [], [], 1)[0]:
                part = os.read(self._read, 1 << 16)
                assert part, "the browser has ended"
                self._rest += part

    def close(self) -> None:
        os.close(self._write)
        os.close(self._read)
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    started = Browser(folder)
    try:
        yield started
    finally:
        started.close()
