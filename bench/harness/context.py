"""What a benchmark is given: a work folder, how long it may take, and a voice."""

import os
import time

from . import process

GIB = 1 << 30
MIB = 1 << 20

# Source, three disk tiers and the reader's pages of 1 GiB each, and three agents of some 600 MiB.
ROOMY_BYTES = 8 * GIB

# The short form of a benchmark ends within a minute, also on a machine half as fast as usual: with fewer rounds then.
SHORT_SECONDS = 42
LEAST_ROUNDS = 3


class Context:
    def __init__(self, workspace, full, output, plot=None):
        self._began = time.monotonic()
        self.workspace = workspace
        self.full = full
        self.plot = plot
        self.note = output.note
        self.roomy = process.available_memory_bytes() >= ROOMY_BYTES
        load, cores = os.getloadavg()[0], os.cpu_count()
        if load > cores / 2:
            self.note(f"the machine is busy (load {load:.1f} on {cores} cores): figures are noisier")
        if not self.roomy:
            self.note("less than 8 GiB of memory are free: files are 256 MiB, figures are noisier")

    def rounds(self, short, full):
        return full if self.full else short

    def passes(self, short, full, part=1.0):
        """The numbers of the rounds, one by one; the short form stops early if its time, or this part of it, is over."""
        for number in range(self.rounds(short, full)):
            if not self.full and number >= LEAST_ROUNDS and time.monotonic() - self._began > SHORT_SECONDS * part:
                return
            yield number

    def file_bytes(self, short=GIB, full=4 * GIB):
        if not self.roomy:
            return 256 * MIB
        return full if self.full else short

    def random_file(self, path, size):
        """Bytes that do not compress and repeat only far apart; in the page cache afterwards."""
        path.parent.mkdir(parents=True, exist_ok=True)
        piece = os.urandom(16 * MIB)
        with open(path, "wb") as file:
            written = 0
            while written < size:
                # Each repetition begins elsewhere, so that no two blocks are equal.
                shift = written // len(piece) * 4097 % len(piece)
                file.write((piece[shift:] + piece[:shift])[: size - written])
                written = file.tell()
        return path


def touch(path):
    """Brings a file into the page cache."""
    with open(path, "rb", buffering=0) as file:
        while file.read(4 * MIB):
            pass
