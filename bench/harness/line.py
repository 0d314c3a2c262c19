"""A line of limited speed between a server in a network of its own and this machine: a source that is a network away."""

import os
import re
import shutil
import subprocess

from . import process
from .workspace import Unavailable

# Two addresses of the range that RFC 2544 sets aside for benchmarks of networks.
HERE, THERE = "198.18.77.1", "198.18.77.2"
PREFIX_BITS = 30

# What the line swallows at once: some packets of the largest size that the kernel hands over (64 KiB).
BURST_BYTES = 1 << 20

# As a switch queues: what waits for longer is dropped, and TCP slows down.
QUEUE_MILLIS = 20


class Line:
    """A network namespace and the pair of interfaces that leads into it; what comes out of it is slowed down."""

    def __init__(self, context):
        for tool, package in (("ip", "iproute2"), ("tc", "iproute2")):
            if shutil.which(tool) is None:
                raise Unavailable(f"{tool} is missing: apt-get install {package}")
        if os.geteuid() != 0:
            raise Unavailable("a network of its own needs root: sudo bench/run NAME")
        _sweep()
        self.address = THERE
        self._name, self._here, self._there = (f"bcb{end}-{os.getpid()}" for end in ("", "h", "t"))
        self.inside = ["ip", "netns", "exec", self._name]
        _run("ip", "netns", "add", self._name)
        context.workspace.undo(subprocess.run, ["ip", "netns", "delete", self._name], check=False)
        _run("ip", "link", "add", self._here, "type", "veth", "peer", "name", self._there, "netns", self._name)
        _run("ip", "address", "add", f"{HERE}/{PREFIX_BITS}", "dev", self._here)
        _run("ip", "link", "set", self._here, "up")
        _run(*self.inside, "ip", "address", "add", f"{THERE}/{PREFIX_BITS}", "dev", self._there)
        _run(*self.inside, "ip", "link", "set", self._there, "up")

    def limit(self, megabits):
        """From now on the server's bytes come at this speed at most."""
        _run(
            *self.inside, "tc", "qdisc", "replace", "dev", self._there, "root", "tbf", "rate", f"{megabits}mbit",
            "burst", str(BURST_BYTES), "latency", f"{QUEUE_MILLIS}ms",
        )  # fmt: skip


def _sweep():
    """Removes what a run that was killed could not remove by itself; its interfaces go with the namespace."""
    names = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=False).stdout.split()
    for left in (name for name in names if re.fullmatch(r"bcb-\d+", name)):
        if not process.alive(int(left.removeprefix("bcb-"))):
            subprocess.run(["ip", "netns", "delete", left], check=False)


def _run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unavailable(f"{' '.join(command)} failed: {done.stderr.strip()}")
