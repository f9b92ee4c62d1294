"""A Peras of its own for the tests: the local runner that `make run` builds, in memory."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import peras
from peras import guide, sessions

ROOT = Path(__file__).resolve().parents[3]
CLASSES = ROOT / "infra/local/target/classes"
CLASS_PATH = ROOT / "infra/local/target/classpath"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Runner:
    """A local runner that can be stopped and started again on its port and data."""

    def __init__(self, data: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._data = data
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        java = Path(os.environ.get("JAVA_HOME") or _find_jdk()) / "bin/java"
        command = [
            str(java),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dperas.stop-with-parent=true",
            "-cp",
            f"{CLASSES}:{CLASS_PATH.read_text().strip()}",
            "dev.peras.local.LocalRunner",
        ]
        environment = {**os.environ, "PORT": str(self.port), "DATA_DIR": self._data}
        self._process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stdin=subprocess.PIPE
        )
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(self.url + "/v1/openapi.json", timeout=5).read()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the local runner does not start") from None
                time.sleep(0.1)

    def stop(self) -> None:
        assert self._process
        self._process.kill()
        self._process.wait()


def _find_jdk() -> str:
    return subprocess.check_output([ROOT / "infra/tools/find-jdk"], text=True).strip()


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    if not CLASS_PATH.exists():
        pytest.skip("the local runner is not built: make run builds it")
    started = Runner("memory")
    started.start()
    yield started
    started.stop()


@pytest.fixture
def client(runner: Runner, tmp_path: Path) -> Iterator[peras.Peras]:
    """A client of the runner, which the guide's verbs use too."""
    made = peras.Peras(runner.url, spool=tmp_path / "unsent")
    guide._client = made
    guide._policy = peras.Policy()
    guide._defaults.clear()
    sessions.set_current(None)
    yield made
    sessions.set_current(None)
    guide._client = None
