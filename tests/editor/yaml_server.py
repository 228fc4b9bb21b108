"""Where the YAML language server comes from: npm puts the version of package-lock.json into the environment, once."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
OLDEST_NODE = 18
SECONDS = 120


class NoServerError(Exception):
    """There is no language server here, and why."""


def server_command(otherwise: Path) -> list[str]:
    """The command that runs the server. It is installed first if it is not there: into the virtual environment, or
    into `otherwise` where there is none. Raises NoServerError."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NoServerError("node and npm are not installed")
    version = subprocess.run([node, "--version"], capture_output=True, encoding="utf-8", check=False).stdout
    if not version.startswith("v") or int(version[1:].split(".")[0]) < OLDEST_NODE:
        raise NoServerError(f"node is older than {OLDEST_NODE}: {version.strip()}")
    program = _installed(npm, otherwise)
    return [node, "--require", str(HERE / "no_network.cjs"), str(program), "--stdio"]


def _installed(npm: str, otherwise: Path) -> Path:
    place = Path(sys.prefix) if sys.prefix != sys.base_prefix and os.access(sys.prefix, os.W_OK) else otherwise
    folder = place / "editor_tests"
    folder.mkdir(exist_ok=True)
    program = folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    done = folder / "installed.json"
    wanted = (HERE / "package-lock.json").read_text("utf-8")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # others that run these tests just now wait, and find it installed
        if not done.exists() or done.read_text("utf-8") != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, folder / name)
            _install(npm, folder)
            done.write_text(wanted, "utf-8")
    return program


def _install(npm: str, folder: Path) -> None:
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"]
    environment = {**os.environ, "npm_config_cache": str(folder / "cache"), "npm_config_update_notifier": "false"}
    try:
        subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=True, timeout=SECONDS
        )
    except subprocess.CalledProcessError as error:
        said = [line for line in error.stderr.splitlines() if line.startswith("npm err")] or ["npm said nothing"]
        raise NoServerError(f"npm could not install the language server: {said[0]}") from None
    except subprocess.TimeoutExpired:
        raise NoServerError("npm took too long to install the language server") from None
    shutil.rmtree(folder / "cache", ignore_errors=True)
