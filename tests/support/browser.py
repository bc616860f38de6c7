"""Headless Chromium by the DevTools protocol over a pipe: no driver, no port, no further package."""

import base64
import json
import os
import select
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

EXECUTABLE = shutil.which("chromium")
ABSENT = "Chromium is not installed here (Debian: chromium, fonts-ipafont-gothic)"
PATIENCE_S = 120.0
"""How long to wait for what never comes about."""
_ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--hide-scrollbars",
    "--no-first-run",
    "--password-store=basic",
    "--remote-debugging-pipe",
)
_KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowDown": 40, "End": 35}


class PageError(Exception):
    """A command that the browser refused, or a script that threw."""


class Browser:
    """A running browser with one page, its events kept in the order in which they came."""

    def __init__(self, process: subprocess.Popen[bytes], commands: int, replies: int) -> None:
        self._process = process
        self._commands = os.fdopen(commands, "wb", buffering=0)
        self._replies = os.fdopen(replies, "rb", buffering=0)
        self._rest = b""
        self._number = 0
        self._session = ""
        self.events: list[dict[str, Any]] = []

    @classmethod
    @contextmanager
    def started(cls, folder: Path) -> Iterator[Self]:
        """A browser whose profile lies in a folder; it ends with the block."""
        assert EXECUTABLE, ABSENT
        (down_read, down_write), (up_read, up_write) = os.pipe(), os.pipe()
        # Chromium reads commands from descriptor 3 and writes replies to 4. Moved to high numbers first, so
        # that neither of the two is overwritten by the other.
        inherited = [os.dup(fd) for fd in (down_read, up_write)]
        shell = f'exec "$0" "$@" 3<&{inherited[0]} 4>&{inherited[1]}'
        process = subprocess.Popen(
            ["/bin/bash", "-c", shell, EXECUTABLE, *_ARGUMENTS, f"--user-data-dir={folder}"],
            pass_fds=inherited,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for fd in (down_read, up_write, *inherited):
            os.close(fd)
        browser = cls(process, down_write, up_read)
        try:
            browser._attach()
            yield browser
        finally:
            browser.close()

    def close(self) -> None:
        """End the browser."""
        try:
            self._send("Browser.close", {}, session="")
            self._process.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._commands.close()
        self._replies.close()

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of a command to the page."""
        return self._result(self._send(method, parameters, self._session), method)

    def open(self, url: str) -> int:
        """Open an address and wait until it is loaded; returns the status."""
        self.events.clear()
        if "loaderId" in self.call("Page.navigate", url=url):
            self.wait("Page.loadEventFired")
        return self.status

    @property
    def status(self) -> int:
        """The status of the last document that was loaded."""
        documents = [e["params"] for e in self.events if e["method"] == "Network.responseReceived"]
        return next((int(d["response"]["status"]) for d in documents if d["type"] == "Document"), 0)

    @property
    def requested(self) -> list[str]:
        """The addresses that were asked for since the last `open`."""
        sent = (e["params"] for e in self.events if e["method"] == "Network.requestWillBeSent")
        return [params["request"]["url"] for params in sent]

    @property
    def complaints(self) -> list[str]:
        """What the browser complained of: violations of the CSP, errors of scripts, dialogs."""
        return [
            json.dumps(event["params"], ensure_ascii=False)[:500]
            for event in self.events
            if event["method"] in {"Runtime.exceptionThrown", "Page.javascriptDialogOpening"}
            or (event["method"] == "Log.entryAdded" and event["params"]["entry"]["level"] == "error")
        ]

    def wait(self, event: str) -> dict[str, Any]:
        """Wait for the next event of a name."""
        while True:
            for known in self.events:
                if known["method"] == event and not known.get("seen"):
                    known["seen"] = True
                    params: dict[str, Any] = known["params"]
                    return params
            self._keep(self._read())

    def run(self, expression: str) -> Any:
        """The value of an expression of JavaScript in the page."""
        reply = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in reply:
            raise PageError(json.dumps(reply["exceptionDetails"]))
        return reply["result"].get("value")

    def follow(self, expression: str) -> None:
        """Do what loads another page, and wait until it has loaded."""
        self.events.clear()
        self.run(f"void ({expression})")
        self.wait("Page.loadEventFired")

    def press(self, key: str, *, loads: bool = False) -> None:
        """Press a key; `loads` waits for the page that it leads to."""
        if loads:
            self.events.clear()
        described = {"key": key, "code": key, "windowsVirtualKeyCode": _KEYS.get(key, 0)}
        text = {"text": "\r"} if key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **described, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **described)
        if loads:
            self.wait("Page.loadEventFired")

    def type(self, text: str) -> None:
        """Enter text where the focus is."""
        self.call("Input.insertText", text=text)

    def view(self, width: int, *, dark: bool = False, height: int = 800) -> None:
        """Have a window of a width in CSS pixels, light or dark."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def screenshot(self, file: Path, longest: int = 4000) -> None:
        """Write a picture of the whole page, at most so many pixels long."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], longest), "scale": 1}
        picture = self.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(picture["data"]))

    def pdf(self) -> bytes:
        """The page as it is printed on A4."""
        printed = self.call("Page.printToPDF", preferCSSPageSize=True, paperWidth=8.27, paperHeight=11.69)
        return base64.b64decode(printed["data"])

    def _attach(self) -> None:
        target = self._result(self._send("Target.createTarget", {"url": "about:blank"}, ""), "createTarget")
        parameters = {"targetId": target["targetId"], "flatten": True}
        reply = self._result(self._send("Target.attachToTarget", parameters, ""), "attachToTarget")
        self._session = reply["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def _send(self, method: str, parameters: Mapping[str, Any], session: str) -> int:
        self._number += 1
        command = {"id": self._number, "method": method, "params": parameters}
        command |= {"sessionId": session} if session else {}
        self._commands.write(json.dumps(command).encode() + b"\0")
        return self._number

    def _result(self, number: int, method: str) -> dict[str, Any]:
        while True:
            message = self._read()
            if message.get("id") == number:
                if "error" in message:
                    raise PageError(f"{method}: {message['error']}")
                result: dict[str, Any] = message["result"]
                return result
            self._keep(message)

    def _keep(self, message: dict[str, Any]) -> None:
        if "method" in message:
            self.events.append(message)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self._replies], [], [], PATIENCE_S)[0]:
                raise PageError("the browser is silent")
            part = self._replies.read(1 << 16)
            if not part:
                raise PageError("the browser has ended")
            self._rest += part
        message, _, self._rest = self._rest.partition(b"\0")
        parsed: dict[str, Any] = json.loads(message)
        return parsed
