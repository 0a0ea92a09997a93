"""Bring up the loopback device of a new network namespace, then become another program: ``offline.py PROGRAM ARG…``."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys

SIOCSIFFLAGS = 0x8914
IFF_UP_RUNNING = 0x1 | 0x40

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
    fcntl.ioctl(handle, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP_RUNNING))
os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606
