"""A small client of the Language Server Protocol, and the YAML server of most editors behind it.

It asks what an editor asks: what is wrong with a file, what may stand here, what does this word say. Lines and columns
are counted from 1, as our own findings count them.
"""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

SECONDS = 60
_PLACE = re.compile(r"(?<!\\)\$(?:\d+|\{\d+:?([^}]*)\})")
SETTINGS = {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False, "url": ""}}
"""What an editor hands in for YAML: no catalogue of schemas is fetched."""


class Problem(NamedTuple):
    """Something that the server underlines."""

    line: int
    column: int
    message: str


class Offer(NamedTuple):
    """Something that the server offers where one types: its label, what is inserted, what is said of it.

    What is inserted takes the place of a part of the line, `replaced`. Places to type at stand in it as `$1` or
    `${1:word}`.
    """

    label: str
    text: str
    help: str
    line: int
    replaced: slice

    def taken(self, text: str) -> str:
        """The text after this offer was taken, as an editor writes it: with the indentation of its line."""
        lines = text.split("\n")
        line = lines[self.line - 1]
        blanks = line[: len(line) - len(line.lstrip(" "))]
        inserted = _PLACE.sub(lambda place: place[1] or "", self.text).replace("\\$", "$").replace("\\\\", "\\")
        inserted = inserted.replace("\n", f"\n{blanks}")
        lines[self.line - 1] = line[: self.replaced.start] + inserted + line[self.replaced.stop :]
        return "\n".join(lines)


class LanguageServer:
    """One running server. Use `running`, which ends it."""

    def __init__(self, command: Sequence[str], log: Path, root: Path | None, settings: Mapping[str, Any]) -> None:
        self._settings = {"yaml": {**SETTINGS, **settings}}
        self._log = log.open("wb")
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log)
        self._messages: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._asked = 0
        self._found: dict[str, list[Problem]] = {}
        client = {"textDocument": _CAPABILITIES, "workspace": {"configuration": True}}
        uri = None if root is None else root.as_uri()
        opened = None if root is None else [{"uri": uri, "name": root.name}]
        self._ask("initialize", processId=os.getpid(), rootUri=uri, workspaceFolders=opened, capabilities=client)
        self._tell("initialized")

    def open(self, file: Path, text: str | None = None) -> Document:
        """Open a file as it is, or with another text, as somebody has it who has not saved yet.

        A file is opened once only: what is said of it is not told from what was said before.
        """
        document = Document(self, file.as_uri(), file.read_text("utf-8") if text is None else text)
        item = {"uri": document.uri, "languageId": "yaml", "version": 1, "text": document.text}
        self._tell("textDocument/didOpen", textDocument=item)
        return document

    def problems(self, uri: str) -> list[Problem]:
        """What the server says is wrong with an open document, when it has looked at it."""
        while uri not in self._found:
            self._take(self._next())
        return self._found[uri]

    def ask_at(self, method: str, uri: str, line: int, column: int) -> Any:
        place = {"line": line - 1, "character": column - 1}
        return self._ask(f"textDocument/{method}", textDocument={"uri": uri}, position=place)

    def close(self, uri: str) -> None:
        """Close a document."""
        self._tell("textDocument/didClose", textDocument={"uri": uri})

    def end(self) -> None:
        """Ask the server to end, and see that it does."""
        try:
            self._ask("shutdown")
            self._tell("exit")
        finally:
            assert self._process.stdin is not None and self._process.stdout is not None
            self._process.stdin.close()
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._reader.join()
            self._process.stdout.close()
            self._log.close()

    def _ask(self, method: str, **parameters: Any) -> Any:
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": parameters})
        asked = self._asked
        while True:
            message = self._next()
            if message.get("id") == asked and "method" not in message:
                assert "error" not in message, (method, message["error"])
                return message["result"]
            self._take(message)

    def _tell(self, method: str, **parameters: Any) -> None:
        self._send({"method": method, "params": parameters})

    def _take(self, message: dict[str, Any]) -> None:
        """Take note of what the server says, and answer what it asks."""
        method = message.get("method")
        if method == "textDocument/publishDiagnostics":
            said = message["params"]
            self._found[said["uri"]] = sorted(map(_problem, said["diagnostics"]))
        elif "id" in message and method is not None:
            wanted = message["params"]["items"] if method == "workspace/configuration" else None
            answer = None if wanted is None else [self._settings.get(item["section"], {}) for item in wanted]
            self._send({"id": message["id"], "result": answer})

    def _next(self) -> dict[str, Any]:
        try:
            message = self._messages.get(timeout=SECONDS)
        except queue.Empty:
            raise AssertionError("the language server says nothing") from None
        assert message is not None, f"the language server has ended: {Path(self._log.name).read_text('utf-8')}"
        return message

    def _send(self, message: dict[str, Any]) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
        self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline()).strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not line:
                self._messages.put(None)
                return
            self._messages.put(json.loads(stream.read(length)))


class Document:
    """An open file."""

    def __init__(self, server: LanguageServer, uri: str, text: str) -> None:
        self._server, self.uri, self.text = server, uri, text

    def close(self) -> None:
        self._server.close(self.uri)

    @property
    def problems(self) -> list[Problem]:
        """All that is underlined in it, from its beginning to its end."""
        return self._server.problems(self.uri)

    def offers(self, line: int, column: int) -> list[Offer]:
        """What may be typed at a place, in the order in which an editor shows it."""
        found = self._server.ask_at("completion", self.uri, line, column)
        items = sorted(found["items"], key=lambda item: item.get("sortText", item["label"]))
        return [_offer(item) for item in items]

    def hover(self, line: int, column: int) -> str:
        """What is said of the word at a place; empty if nothing is."""
        found = self._server.ask_at("hover", self.uri, line, column)
        return "" if found is None else _text(found["contents"])


Write = Callable[[str, str], Document]
"""Opens a new file of a kind (`flow`, `scenario`, ...) with a text."""


@contextmanager
def running(
    command: Sequence[str], log: Path, root: Path | None = None, settings: Mapping[str, Any] = MappingProxyType({})
) -> Iterator[LanguageServer]:
    """A server that was started, and is ended behind the `with` block. What it says on standard error is in `log`.

    `root` is the folder that is open in the editor, `settings` what its user has set for YAML.
    """
    server = LanguageServer(command, log, root, settings)
    try:
        yield server
    finally:
        server.end()


_CAPABILITIES = {
    "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
    "hover": {"contentFormat": ["markdown"]},
    "publishDiagnostics": {},
}


def _problem(found: dict[str, Any]) -> Problem:
    start = found["range"]["start"]
    return Problem(start["line"] + 1, start["character"] + 1, found["message"])


def _offer(item: dict[str, Any]) -> Offer:
    edit = item["textEdit"]
    start, end = edit["range"]["start"], edit["range"]["end"]
    replaced = slice(start["character"], end["character"])
    return Offer(item["label"], edit["newText"], _text(item.get("documentation", "")), start["line"] + 1, replaced)


def _text(said: Any) -> str:
    return said if isinstance(said, str) else str(said["value"])
