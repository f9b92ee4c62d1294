"""Ids that sort by the time at which they were made, so that a ledger reads in order."""

from __future__ import annotations

import os
import time
import uuid


def new() -> str:
    """A UUID of version 7: 48 bits of milliseconds, and chance."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return str(uuid.UUID(int=value))
