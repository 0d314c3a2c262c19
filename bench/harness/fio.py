"""Runs fio on one file and reads its figures."""

import json
import subprocess
from dataclasses import dataclass

PATTERNS = {
    "sequential": ["--rw=read", "--bs=1m", "--numjobs=1"],
    "random-4k": ["--rw=randread", "--bs=4k", "--numjobs=1", "--fadvise_hint=random"],
    # Each job has a quarter of the file: a page that one job has brought in never serves another one.
    "random-128k": ["--rw=randread", "--bs=128k", "--numjobs=4", "--fadvise_hint=random", "--offset_increment=25%"],
}


@dataclass
class Reading:
    bytes_per_second: float
    operations_per_second: float
    p99_micros: float
    bytes: int


def read(path, pattern, size_bytes, drop_pages, max_seconds=0, loops=1):
    """Passes over the file. In one pass no byte is read twice, so what the kernel kept of it never helps it.

    drop_pages: forget the file's pages first (posix_fadvise DONTNEED), so that every read asks the mount.
    max_seconds: stop earlier; 0 means the whole pass.
    """
    jobs = 4 if pattern == "random-128k" else 1
    command = [
        "fio", "--name=read", f"--filename={path}", "--ioengine=psync", "--readonly", "--thread",
        "--group_reporting", f"--size={size_bytes // jobs}", f"--invalidate={int(drop_pages)}",
        f"--loops={loops}", "--output-format=json", *PATTERNS[pattern],
    ]  # fmt: skip
    if max_seconds:
        command.append(f"--runtime={max_seconds}")
    return _run(command)


def shared_random(path, readers, size_bytes, read_bytes):
    """One random pass over the file, shared out among so many readers: no byte is read twice."""
    part = size_bytes // readers
    return _run([
        "fio", "--name=read", f"--filename={path}", "--ioengine=psync", "--readonly", "--thread", "--group_reporting",
        "--rw=randread", f"--bs={read_bytes}", f"--numjobs={readers}", f"--size={part}", f"--offset_increment={part}",
        "--fadvise_hint=random", "--invalidate=1", "--output-format=json",
    ])  # fmt: skip


def _run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0 or "{" not in done.stdout:
        raise RuntimeError(f"fio failed: {(done.stderr or done.stdout).strip()}")
    figures = json.loads(done.stdout[done.stdout.index("{") :])["jobs"][0]["read"]
    return Reading(
        bytes_per_second=figures["bw_bytes"],
        operations_per_second=figures["iops"],
        p99_micros=figures["clat_ns"].get("percentile", {}).get("99.000000", 0) / 1000,
        bytes=figures["io_bytes"],
    )
