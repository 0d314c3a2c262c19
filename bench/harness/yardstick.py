"""A mount made as the examples of jnr-fuse make it: what a copying mount is compared with."""

import os
import time

from . import process, tools
from .workspace import mounts_below

MAIN = "io.blobcache.bench.PlainJnrMount"
START_SECONDS = 20


class PlainJnr:
    """One file, served by jnr-fuse with its default options."""

    def __init__(self, context, file):
        self.path = context.workspace.folder("mnt-plain-jnr")
        self._process = context.workspace.start([
            tools.java(), "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
            "-cp", str(tools.bench_jar(context.note)), MAIN, str(file), str(self.path),
        ])  # fmt: skip
        self.pid = self._process.pid
        self.file = self.path / os.path.basename(file)
        deadline = time.monotonic() + START_SECONDS
        while not mounts_below(self.path):
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError("the plain jnr-fuse mount does not come up (is libfuse2 installed?)")
            time.sleep(0.05)

    def cpu_seconds(self):
        return process.cpu_seconds(self.pid)
