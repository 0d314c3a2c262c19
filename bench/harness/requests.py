"""How many requests the kernel sends to the agent for the same work, and how far it had better read ahead."""

import mmap
import os
import random
import re
import time
import urllib.request

from . import fio, s3, tools
from .agent import DEFAULT, Mount, Variant
from .context import GIB, MIB
from .result import faster, smaller
from .stats import median, paired_ratio, spread

COUNT = re.compile(r'^blobcache_fuse_request_duration_seconds_count\{op="(\w+)"\} (\S+)', re.MULTILINE)

# What a FUSE file system gets that asks for nothing: libfuse's and the kernel's defaults. What we keep even so (no FLUSH
# at close, pages kept between opens) is not counted in our favour.
UNTUNED = {
    "maxReadBytes": "128KiB", "readAheadBytes": "128KiB", "maxBackground": 12, "congestionThreshold": 9,
    "entryTimeout": "1s", "attributeTimeout": "1s", "negativeTimeout": "0s",
    "readdirplus": False, "cacheSymlinks": False,
}  # fmt: skip

# Reads of passthrough are no requests at all: without it, so that the rest can be compared.
COPYING = Variant("tuned", {"fuse": {"transport": "kernel", "passthrough": False}})
BARE = Variant("untuned", {"fuse": {"transport": "kernel", "passthrough": False, **UNTUNED}})

# Passes lie between the timeouts of the two: 1 s and 5 s.
DIRECTORIES, FILES, LINKS = 100, 20, 2
PASSES, PASS_SECONDS = 3, 1.5
MISSING_NAMES, MISSING_ROUNDS = 500, 20
SEQUENTIAL_BYTES, RANDOM_BYTES, RANDOM_READS = 64 * MIB, 64 * MIB, 2000


def fuse_requests(context):
    """One workload on three mounts: a build's walks over its tree, missing names, reads in order and at random."""
    tools.fuse()
    source = context.workspace.folder("source")
    _tree(source)
    context.random_file(source / "sequential", SEQUENTIAL_BYTES)
    context.random_file(source / "random", RANDOM_BYTES)
    counts = {}
    for variant in (BARE, COPYING, DEFAULT):
        context.note(f"fuse-requests: {variant.name}")
        mount = Mount(context, f"requests-{variant.name}", f"dir:{source}", variant)
        for name in ("sequential", "random"):
            mount.fill(name)
        # The kernel then holds nothing, and the disk tier both files.
        mount.again()
        counts[variant] = {step: _counted(mount, work) for step, work in STEPS.items()}
        mount.close()
    for step in STEPS:
        yield from _cases(step, {variant: steps[step] for variant, steps in counts.items()})
    yield from _cases("all", {variant: _sum(steps.values()) for variant, steps in counts.items()})


def _cases(step, counts):
    bare = sum(counts[BARE].values())
    for variant in (COPYING, DEFAULT):
        ours = sum(counts[variant].values())
        yield smaller(
            "fuse-requests", f"{step}-{variant.name}", variant.default, ours, "requests", bare,
            fewer_percent=round(100 * (1 - ours / bare), 1), ours=counts[variant], untuned=counts[BARE],
        )  # fmt: skip


def _sum(counts):
    total = {}
    for count in counts:
        for operation, number in count.items():
            total[operation] = total.get(operation, 0) + number
    return total


def _counted(mount, work):
    before = _requests(mount)
    work(mount.path)
    after = _requests(mount)
    return {op: after[op] - before.get(op, 0) for op in after if after[op] > before.get(op, 0)}


def _requests(mount):
    port = mount.stat()["adminPort"]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return {op: int(float(count)) for op, count in COUNT.findall(answer.read().decode())}


def _tree(source):
    for directory in range(DIRECTORIES):
        folder = source / "tree" / f"d{directory:03}"
        folder.mkdir(parents=True)
        for number in range(FILES):
            (folder / f"f{number:02}.c").write_bytes(b"int x;\n" * 20)
        for number in range(LINKS):
            (folder / f"l{number}").symlink_to(f"f{number:02}.c")


def _walk(root):
    """As make, git status and linkers do it: every entry's attributes, every link's target, again and again."""
    for number in range(PASSES):
        began = time.monotonic()
        for folder, directories, files in os.walk(root / "tree"):
            for name in directories + files:
                path = f"{folder}/{name}"
                os.lstat(path)
                if os.path.islink(path):
                    os.readlink(path)
                    os.stat(path)
        if number < PASSES - 1:
            time.sleep(max(0.0, PASS_SECONDS - (time.monotonic() - began)))


def _missing(root):
    """10,000 lookups: a compiler that looks for the same headers for each of its files."""
    for _ in range(MISSING_ROUNDS):
        for number in range(MISSING_NAMES):
            if os.path.exists(root / "tree" / "d000" / f"missing{number}.h"):
                raise RuntimeError("a missing name is there")


def _sequential(root):
    with open(root / "sequential", "rb", buffering=0) as file:
        while file.read(MIB):
            pass


def _random(root):
    chosen = random.Random(7)
    with open(root / "random", "rb", buffering=0) as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
        for _ in range(RANDOM_READS):
            os.pread(file.fileno(), 4096, chosen.randrange(RANDOM_BYTES // 4096) * 4096)


STEPS = {"walk": _walk, "missing": _missing, "sequential": _sequential, "random": _random}


# Of a mapping, at random, a page each.
FAULTS = 1000

READ_AHEADS = ("128KiB", "512KiB", "1MiB", "4MiB")


def read_ahead(context):
    """What copying reads in order, cold and warm, and faults of a mapping at random make of the kernel's read-ahead,
    against the kernel's own 128 KiB."""
    tools.fuse()
    tools.fio()
    server, rounds = s3.Server(context), context.rounds(3, 7)
    size = context.file_bytes(GIB // 4, GIB)
    names = [f"object-{number}" for number in range(rounds + 1)]
    for number, name in enumerate(names):
        context.random_file(server.bucket / name, size)
        server.tag(server.bucket / name, f"{number:032x}")
    mounts = {
        value: Mount(
            context, f"ahead-{value}", f"s3://{s3.BUCKET}",
            Variant(value, {"fuse": {"transport": "kernel", "passthrough": False, "readAheadBytes": value}}), server,
        )
        for value in READ_AHEADS
    }  # fmt: skip
    cold, warm, random_faults = ({value: [] for value in mounts} for _ in range(3))
    warm_cpu = dict.fromkeys(mounts, 0.0)
    order = list(mounts)
    for name in names:
        for value in order:
            cold[value].append(fio.read(mounts[value].path / name, "sequential", size, True).bytes_per_second / 1e9)
            before = mounts[value].cpu_seconds()
            warm[value].append(fio.read(mounts[value].path / name, "sequential", size, True).bytes_per_second / 1e9)
            warm_cpu[value] += mounts[value].cpu_seconds() - before
            random_faults[value].append(_faults_per_second(mounts[value].path / name))
        order = order[1:] + order[:1]
    base = READ_AHEADS[0]
    # The first object warms the agents up.
    for kind, unit, rates in (("cold", "GB/s", cold), ("warm", "GB/s", warm), ("mmap", "faults/s", random_faults)):
        for value in READ_AHEADS:
            ours, kernels = rates[value][1:], rates[base][1:]
            case = faster(
                "read-ahead", f"{kind}-{value}", value == "128KiB", median(ours), unit, median(kernels), mount=spread(ours),
                warm_agent_cpu_seconds_per_gb=round(warm_cpu[value] / (size * len(names) / 1e9), 3),
            )  # fmt: skip
            case.ratio = round(paired_ratio(ours, kernels), 3)
            yield case


def _faults_per_second(path):
    """Touches pages of a mapping at random, without a hint: the kernel reads its window around each."""
    choose = random.Random(FAULTS)
    with open(path, "rb", buffering=0) as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        with mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
            offsets = [choose.randrange(len(mapped)) for _ in range(FAULTS)]
            began = time.perf_counter()
            for offset in offsets:
                mapped[offset]
            return FAULTS / (time.perf_counter() - began)
