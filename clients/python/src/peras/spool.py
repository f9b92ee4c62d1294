"""Usage that could not be sent, kept on disk until it can: money that was spent is not forgotten."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from . import errors, transport

LOG = logging.getLogger("peras")


class SpoolFull(errors.PerasError):
    """The disk holds as much unsent usage as it may. This event is not kept: send it again."""


class Spool:
    """A folder with a file for each event that waits. Thread-safe, and safe among processes.

    Sending one twice is safe, since events carry ids; so a file goes only after its answer came.

    limit: the most bytes that may wait.
    """

    def __init__(self, folder: str | os.PathLike[str] | None, limit: int = 16 * 1024 * 1024) -> None:
        self.folder = Path(folder) if folder else _default_folder()
        self._limit = limit
        self._lock = threading.Lock()

    def keep(self, session_id: str, event: dict[str, Any]) -> None:
        """Writes an event to disk, and returns once it is there."""
        data = transport.encode({"session_id": session_id, "event": event})
        with self._lock:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            waiting = sum(path.stat().st_size for path in self._files())
            if waiting + len(data) > self._limit:
                raise SpoolFull(f"{self.folder} holds {waiting} bytes of unsent usage already")
            name = f"{event['event_id'].replace(':', '_')}.json"
            with tempfile.NamedTemporaryFile(dir=self.folder, suffix=".part", delete=False) as part:
                part.write(data)
                part.flush()
                os.fsync(part.fileno())
            os.replace(part.name, self.folder / name)

    def waiting(self) -> int:
        """How many events wait."""
        return len(self._files())

    def send(self, record: Callable[[str, dict[str, Any]], Any]) -> int:
        """Sends what waits, and returns how many went. Stops where Peras is not reachable."""
        sent = 0
        for path in self._files():
            try:
                entry = json.loads(path.read_text(), parse_float=Decimal)
            except FileNotFoundError:
                continue  # another process has sent it
            try:
                record(entry["session_id"], entry["event"])
            except errors.Unavailable:
                return sent
            except errors.PerasError as refused:
                # It will never be taken as it is. Keep it where a person can look at it.
                LOG.error("usage in %s is refused: %s", path, refused)
                path.replace(path.with_suffix(".refused"))
                continue
            path.unlink(missing_ok=True)
            sent += 1
        return sent

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []


def _default_folder() -> Path:
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "peras" / "unsent"
