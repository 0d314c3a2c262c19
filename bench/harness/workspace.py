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
        self._undo.callback(remove, self.path)

    def folder(self, name):
        folder = self.path / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def undo(self, function, *arguments, **options):
        self._undo.callback(function, *arguments, **options)

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


def mounts_below(folder):
    """Mount points at or below a folder, the innermost first."""
    points = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    return sorted((at for at in points if at == str(folder) or at.startswith(f"{folder}/")), reverse=True)


def remove(folder):
    """Deletes a folder, but never what is mounted in it: mounts go first, whatever state they are in."""
    for point in mounts_below(folder):
        subprocess.run(["umount", "-l", point], check=False, capture_output=True)
    if not mounts_below(folder):
        shutil.rmtree(folder, ignore_errors=True)


def sweep(parent):
    """Removes what a run that was killed could not remove by itself."""
    for left in Path(parent).glob(PREFIX + "*"):
        owner = re.match(rf"{PREFIX}(\d+)-", left.name)
        if owner and process.alive(int(owner.group(1))):
            continue
        for pid in process.mentioning(f"{left}/"):
            os.kill(pid, signal.SIGKILL)
        remove(left)
