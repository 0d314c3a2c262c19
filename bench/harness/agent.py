"""One mount, made and taken away through the command line that a user has."""

import contextlib
import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from . import process, s3, tools
from .workspace import mounts_below

COMMAND_SECONDS = 60

# A write of one block on a slow disk, many times over.
SETTLE_SECONDS = 6
FILL_PASSES = 3


@dataclass(frozen=True, eq=False)
class Variant:
    """One way to configure the mount; without settings it is the default one."""

    name: str
    settings: dict
    default: bool = False

    def yaml(self):
        # YAML is a superset of JSON.
        return json.dumps(self.settings)


DEFAULT = Variant("kernel-passthrough", {}, default=True)
COPYING = Variant("kernel-copying", {"fuse": {"transport": "kernel", "passthrough": False}})
JNR = Variant("jnr", {"fuse": {"transport": "jnr"}})
VARIANTS = (DEFAULT, COPYING, JNR)


class Mount:
    """A running agent. The state directory outlives it when it is given again to another one."""

    def __init__(self, context, name, source, variant=DEFAULT, server=None):
        self.context = context
        self.path = context.workspace.folder(f"mnt-{name}")
        self.state = context.workspace.folder(f"state-{name}")
        self._environment = server.environment() if server else dict(os.environ)
        self._command = [tools.launcher(), "mount", source, str(self.path), "--state", str(self.state)]
        if server:
            self._command += ["--endpoint", server.endpoint, "--region", s3.REGION, "--path-style"]
        if variant.settings:
            config = context.workspace.path / f"{name}.yaml"
            config.write_text(variant.yaml())
            self._command += ["--config", str(config)]
        context.workspace.undo(self.close)
        self.mount_seconds = self.mount()

    def mount(self):
        """Returns the seconds until the command returned, which it does when the mount answers."""
        began = time.perf_counter()
        self._run(self._command)
        seconds = time.perf_counter() - began
        self.pid = self.stat()["pid"]
        return seconds

    def again(self):
        """Takes the mount away and makes it anew on the same state: the kernel then holds nothing of it."""
        self.unmount()
        return self.mount()

    def unmount(self):
        self._run([tools.launcher(), "unmount", str(self.path)])

    def close(self):
        """Whatever state the mount is in: afterwards it and its process are gone."""
        if mounts_below(self.path):
            with contextlib.suppress(RuntimeError, subprocess.TimeoutExpired):
                self.unmount()
        for point in mounts_below(self.path):
            subprocess.run(["umount", "-l", point], capture_output=True, check=False)
        for pid in process.mentioning(str(self.path), program="java"):
            os.kill(pid, signal.SIGTERM)

    def stat(self):
        return json.loads(self._run([tools.launcher(), "stat", str(self.path), "--output", "json"]))

    def tier(self, name):
        return next((tier for tier in self.stat()["tiers"] if tier["name"] == name), {})

    def cpu_seconds(self):
        return process.cpu_seconds(self.pid)

    def fill(self, relative):
        """Reads a file until the disk tier holds it all, written back by the kernel too. Returns the tier's file."""
        size = os.path.getsize(self.path / relative)
        before = self.tier("disk").get("usedBytes", 0)
        # A disk that is too slow declines blocks, which stay in memory: they come to the disk when read again.
        for _ in range(FILL_PASSES):
            with open(self.path / relative, "rb", buffering=0) as file:
                while file.read(1 << 20):
                    pass
            if self.await_disk(before + size):
                return self.backing_file(size)
        held = self.tier("disk").get("usedBytes", 0) - before
        raise RuntimeError(f"the disk tier holds {held} of {size} bytes after {FILL_PASSES} readings")

    def await_disk(self, used_bytes):
        """Blocks go to the disk tier behind the reader's back; measuring begins when they are there.

        Returns whether they are; false when the tier has taken nothing more for a while.
        """
        held, changed = self.tier("disk").get("usedBytes", 0), time.monotonic()
        while held < used_bytes and time.monotonic() - changed < SETTLE_SECONDS:
            time.sleep(0.1)
            now = self.tier("disk").get("usedBytes", 0)
            if now != held:
                held, changed = now, time.monotonic()
        flush(self.state)
        return held >= used_bytes

    def backing_file(self, size):
        """The file of the disk tier that holds a blob of this size."""
        for file in Path(self.state).rglob("*"):
            if file.is_file() and not file.is_symlink() and file.stat().st_size == size:
                return file
        raise RuntimeError(f"no file of {size} bytes below {self.state}")

    def _run(self, command):
        done = subprocess.run(
            command, capture_output=True, text=True, env=self._environment, timeout=COMMAND_SECONDS, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} failed ({done.returncode}): {(done.stderr or done.stdout).strip()}")
        return done.stdout


def flush(folder):
    """Writes the folder's file system back, so that it does not compete with what is measured next."""
    subprocess.run(["sync", "-f", str(folder)], check=True)
