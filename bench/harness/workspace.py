"""What a run leaves behind: nothing. Owns the folder, the processes and the mounts of one run."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from . import process

PREFIX = "blobcache-bench-"
STOP_SECONDS = 10


class Unavailable(Exception):
    """A tool or a device that a benchmark needs is missing; the message says how to get it."""


class Workspace:
    """A folder of its own below `parent`; closing undoes everything in reverse order, also after a failure."""

    def __init__(self, parent):
        self._undo = contextlib.ExitStack()
        sweep(parent)
        self.path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent))
        self._undo.callback(shutil.rmtree, self.path, ignore_errors=True)

    def folder(self, name):
        folder = self.path / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def undo(self, function, *arguments):
        self._undo.callback(function, *arguments)

    def start(self, command, **options):
        """A process in a session of its own: Ctrl-C reaches this program alone, which then stops the process."""
        started = subprocess.Popen(command, start_new_session=True, **options)
        self._undo.callback(stop, started)
        return started

    def close(self):
        # A second Ctrl-C must not interrupt the undoing of the first.
        handlers = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            self._undo.close()
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)


def stop(started):
    if started.poll() is None:
        started.terminate()
        try:
            started.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def force_unmount(directory):
    """Takes a mount away whatever state it is in."""
    for line in Path("/proc/self/mounts").read_text().splitlines():
        if line.split()[1] == str(directory):
            subprocess.run(["umount", "-l", str(directory)], check=False, capture_output=True)


def sweep(parent):
    """Removes what a run that was killed could not remove by itself."""
    for left in Path(parent).glob(PREFIX + "*"):
        owner = re.match(rf"{PREFIX}(\d+)-", left.name)
        if owner and process.alive(int(owner.group(1))):
            continue
        for line in Path("/proc/self/mounts").read_text().splitlines():
            if line.split()[1].startswith(f"{left}/"):
                force_unmount(line.split()[1])
        for pid in process.mentioning(str(left)):
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(left, ignore_errors=True)
