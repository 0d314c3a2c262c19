#!/usr/bin/env python3
"""The guard finds builds that were slowed on purpose, and lets the same build pass. It builds a copy of the project three
times and measures for some ten minutes on a machine at rest; needs what the benchmarks need: root, /dev/fuse and fio.

    python3 bench/test_guard.py [start-time | warm-random-4k]
"""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AGENT = "node-agent/src/main/java/io/blobcache/node"
REGRESSED = 4


@dataclass(frozen=True)
class Slowed:
    """Every time that `place` of the source is passed it rests: `case` of the benchmark then regresses."""

    benchmark: str
    case: str
    source: str
    place: str
    nanos: int

    def apply(self, tree):
        file = tree / self.source
        text = file.read_text()
        if text.count(self.place) != 1:
            sys.exit(f"{self.source} has not one '{self.place}': change this test with it")
        rest = f"java.util.concurrent.locks.LockSupport.parkNanos({self.nanos}L);"
        file.write_text(text.replace(self.place, f"{self.place}\n{rest}"))
        return lambda: file.write_text(text)


SLOWED = (
    Slowed("start-time", "version", f"{AGENT}/cli/Main.java", "public static void main(String[] args) {", 2_000_000_000),
    # A read of 4 KiB takes some 30 us. A passthrough mount reads its warm files past the tiers: the copying one shows it.
    Slowed("warm-random-4k", "kernel-copying", f"{AGENT}/tier/TieredReader.java",
           "        check(blocks.blob());", 300_000),
)  # fmt: skip


def main(names):
    slowed = [one for one in SLOWED if one.benchmark in names or not names]
    if not slowed:
        sys.exit(f"one of {', '.join(one.benchmark for one in SLOWED)}, or nothing for all")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns("target", ".git"))
        baseline = str(Path(folder) / "baseline.json")
        benchmarks = [one.benchmark for one in slowed]
        expect(0, tree, *benchmarks, "--repeat", "3", "--update", baseline)
        expect_pass(tree, *benchmarks, "--repeat", "2", "--compare", baseline)
        for one in slowed:
            restore = one.apply(tree)
            said = expect(REGRESSED, tree, one.benchmark, "--compare", baseline)
            restore()
            if f"{one.benchmark} {one.case}" not in said.splitlines()[-1]:
                sys.exit(f"{one.benchmark} {one.case} is not among what regressed")
    print(f"the guard found what was slowed ({', '.join(benchmarks)}) and let the same build pass")


def expect_pass(tree, *options):
    """Measured once more if it does not: a neighbour of the machine does that once, a slow build each time."""
    if run(tree, *options)[0] != 0:
        expect(0, tree, *options)


def expect(code, tree, *options):
    ended, said = run(tree, *options)
    if ended != code:
        sys.exit(f"bench/run {' '.join(options)} ended with {ended}, expected {code}")
    return said


def run(tree, *options):
    """The exit code, and what bench/run says on standard error, which is shown as it comes."""
    # Builds what changed, and records a start: on a busy machine longer than a mount may take.
    subprocess.run([tree / "blobcache", "mount", "--help"], stdout=subprocess.DEVNULL, check=True)
    said = []
    with subprocess.Popen([tree / "bench/run", *options], stderr=subprocess.PIPE, text=True) as running:
        for line in running.stderr:
            sys.stderr.write(line)
            said.append(line)
    return running.returncode, "".join(said)


if __name__ == "__main__":
    main(sys.argv[1:])
