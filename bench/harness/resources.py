"""What an agent costs before it has done anything, and what it takes at its peak."""

import os
import subprocess
import time

from . import process, s3, tools
from .agent import Mount
from .context import GIB, MIB
from .result import smaller
from .stats import median, spread

IDLE_LIMIT_BYTES = 120_000_000
# The agent gives free native memory back every 10 s (TrimNativeHeapInterval): what its start took is gone after two.
IDLE_SECONDS = 21
AFTER_SECONDS = 11


def start_time(context):
    """The command line against a JVM that prints one word; a mount against the same."""
    tools.fuse()
    hello = [tools.java(), "-Xshare:auto", "-cp", str(tools.bench_jar(context.note)), "io.blobcache.bench.Hello"]
    version = [tools.launcher(), "version"]
    for command in (hello, version):
        _seconds(command)
    rounds = context.rounds(11, 31)
    pairs = [(_seconds(hello), _seconds(version)) for _ in range(rounds)]
    hellos, versions = (list(column) for column in zip(*pairs))
    yield smaller(
        "start-time", "version", True, median(versions), "s", median(hellos),
        ours=spread(versions), hello_world=spread(hellos),
    )  # fmt: skip
    source = context.workspace.folder("source")
    (source / "file").write_text("content")
    mounts = []
    mount = Mount(context, "start", f"dir:{source}")
    for _ in range(context.rounds(7, 15)):
        mounts.append(mount.again())
    yield smaller(
        "start-time", "mount", True, median(mounts), "s", median(hellos), ours=spread(mounts), hello_world=spread(hellos)
    )


def memory(context):
    """Resident memory with nothing to do, and the most of it while 2 GiB are read cold from S3."""
    tools.fuse()
    server = s3.Server(context)
    size = context.file_bytes(2 * GIB, 4 * GIB)
    context.random_file(server.bucket / "big", size)
    server.tag(server.bucket / "big", "memory")
    mount = Mount(context, "memory", f"s3://{s3.BUCKET}", server=server)
    os.listdir(mount.path)
    started = process.resident_bytes(mount.pid)
    time.sleep(IDLE_SECONDS)
    idle, idle_pss = process.resident_bytes(mount.pid), process.proportional_bytes(mount.pid)
    yield smaller("memory", "idle", True, idle / 1e6, "MB", IDLE_LIMIT_BYTES / 1e6, pss_mb=round(idle_pss / 1e6, 1),
        just_started_mb=round(started / 1e6, 1))  # fmt: skip
    began = time.perf_counter()
    with open(mount.path / "big", "rb", buffering=0) as file:
        while file.read(MIB):
            pass
    seconds = time.perf_counter() - began
    buffers = mount.stat()["buffers"]
    peak = process.peak_resident_bytes(mount.pid)
    time.sleep(AFTER_SECONDS)
    # The limit at work: what is allowed when idle, and the buffers that the configuration grants.
    limit = IDLE_LIMIT_BYTES + buffers["budgetBytes"]
    yield smaller(
        "memory", "peak", True, peak / 1e6, "MB", limit / 1e6,
        read_bytes=size, gb_per_second=round(size / 1e9 / seconds, 2), buffers=buffers,
        after_mb=round(process.resident_bytes(mount.pid) / 1e6, 1),
    )  # fmt: skip


def _seconds(command):
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr.decode(errors='replace').strip()}")
    return time.perf_counter() - began
