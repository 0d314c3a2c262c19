#!/usr/bin/env python3
"""The guard finds a build that was slowed on purpose, and lets the same build pass. Takes some minutes: it builds twice.

    python3 bench/test_guard.py
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REGRESSED = 4
MAIN = "node-agent/src/main/java/io/blobcache/node/cli/Main.java"
ENTRY = "public static void main(String[] args) {"
SLOWED = ENTRY + "\n        java.util.concurrent.locks.LockSupport.parkNanos(2_000_000_000L);"


def main():
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns("target", ".git"))
        baseline = Path(folder) / "baseline.json"
        expect(0, tree, "--repeat", "3", "--update", str(baseline))
        expect(0, tree, "--compare", str(baseline))
        source = tree / MAIN
        text = source.read_text()
        if ENTRY not in text:
            sys.exit(f"{MAIN} has no '{ENTRY}': change this test with it")
        source.write_text(text.replace(ENTRY, SLOWED))
        expect(REGRESSED, tree, "--compare", str(baseline))
    print("the guard found the slowed build and let the other pass")


def expect(code, tree, *options):
    ran = subprocess.run([tree / "bench/run", "start-time", *options], check=False)
    if ran.returncode != code:
        sys.exit(f"bench/run start-time {' '.join(options)} ended with {ran.returncode}, expected {code}")


if __name__ == "__main__":
    main()
