"""Names: listings and small files."""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from . import s3, tools
from .agent import Mount, flush
from .client import Client
from .result import faster, smaller
from .stats import median, paired_ratio, spread

SMALL_BYTES = 4096

# name of the case -> (directories, files in each)
SHAPES = {"20k": (200, 100), "100k": (1000, 100)}

# One prefix of 100,000: the S3 server reads its whole folder for each page, some 10 s a listing.
FULL_SHAPES = {**SHAPES, "100k-flat": (1, 100_000)}


def listing(context):
    """find over trees that the agent has never seen (cold) and again (warm).

    just-mounted: by an agent that has just started. The others by one agent that has listed other trees before, as
    the client of the baseline has.
    """
    tools.fuse()
    server = s3.Server(context)
    client = Client(context, server)
    mount = None
    for shape, (directories, files) in (FULL_SHAPES if context.full else SHAPES).items():
        # A tree of its own for each round, and for the first shape one more that warms both up.
        count = context.rounds(4, 6) if mount is None else context.rounds(1, 3)
        names = [f"{shape}-{number}" for number in range(count)]
        context.note(f"list-100k: making {count} x {directories * files} objects in {directories} prefixes")
        for name in names:
            write_objects(server.bucket / name, directories, files, content=b"")
        if mount is None:
            yield from _just_mounted(context, server, client, names[0], directories * files)
            mount = Mount(context, "listing", f"s3://{s3.BUCKET}", server=server)
            _find(mount.path / names[0], directories * files)
            names = names[1:]
        yield from _list(server, client, mount, shape, names, directories * files)
        for name in names:
            subprocess.run(["rm", "-rf", str(server.bucket / name)], check=True)


def _just_mounted(context, server, client, name, objects):
    walk = client.walk(name)["seconds"]
    mount = Mount(context, "fresh", f"s3://{s3.BUCKET}", server=server)
    seconds = _find(mount.path / name, objects)
    mount.close()
    yield smaller("list-100k", "20k-just-mounted", True, seconds, "s", walk, objects=objects)


def _list(server, client, mount, shape, names, objects):
    walks, colds, warms, natives = [], [], [], []
    for name in names:
        walks.append(client.walk(name)["seconds"])
        colds.append(_find(mount.path / name, objects))
        warms.append(median([_find(mount.path / name, objects) for _ in range(3)]))
        natives.append(median([_find(server.bucket / name, objects) for _ in range(3)]))
    cold = smaller(
        "list-100k", f"{shape}-cold", True, median(colds), "s", median(walks),
        objects=objects, mount=spread(colds), directory_by_directory=spread(walks),
    )  # fmt: skip
    cold.ratio = round(paired_ratio(walks, colds), 4)
    yield cold
    warm = smaller(
        "list-100k", f"{shape}-warm", True, median(warms), "s", median(natives),
        objects=objects, mount=spread(warms), native=spread(natives),
    )  # fmt: skip
    warm.ratio = round(paired_ratio(natives, warms), 4)
    yield warm


def small_files(context):
    """Files of 4 KiB, found and read one after the other.

    remounted: by a new agent, which knows no names, through a mount of which the kernel holds nothing.
    warm: once more on the same mount.
    """
    tools.fuse()
    server = s3.Server(context)
    trees, directories, files = context.rounds(5, 9), 20, context.rounds(100, 500)
    for number in range(trees):
        write_objects(server.bucket / f"tree-{number}", directories, files, content=os.urandom(SMALL_BYTES))
    total = trees * directories * files
    mount = Mount(context, "small", f"s3://{s3.BUCKET}", server=server)
    context.note(f"small-files: filling the disk tier with {total} files")
    fill_seconds = _fill([mount.path / f"tree-{number}" for number in range(trees)])
    mount.await_disk(total * SMALL_BYTES)
    mount.again()
    first, second, native, cpu = [], [], [], []
    for number in range(trees):
        native.append(_files_per_second(server.bucket / f"tree-{number}"))
        before = mount.cpu_seconds()
        first.append(_files_per_second(mount.path / f"tree-{number}"))
        cpu.append((mount.cpu_seconds() - before) / (directories * files) * 1e6)
        second.append(_files_per_second(mount.path / f"tree-{number}"))
    # The first tree warms the agent up.
    for name, ours in (("warm", second[1:]), ("remounted", first[1:])):
        case = faster(
            "small-files", name, True, median(ours), "files/s", median(native[1:]),
            files_in_a_round=directories * files, mount=spread(ours, 0), native=spread(native[1:], 0),
            agent_cpu_micros_per_file=round(median(cpu[1:]), 1), cold_files_per_second=round(total / fill_seconds),
            just_mounted=round(first[0]),
        )  # fmt: skip
        case.ratio = round(paired_ratio(ours, native[1:]), 4)
        yield case


def write_objects(root, directories, files, content):
    """Files as the S3 server keeps them: the ETag in an attribute. Empty ones are links to the first of their folder."""
    tag = b'"00000000000000000000000000000000"'
    for directory in range(directories):
        folder = root / f"d{directory:04}" if directories > 1 else root
        folder.mkdir(parents=True)
        for number in range(files):
            # ext4 lets a file have 65,000 names.
            if not content and number % 50_000:
                os.link(folder / f"f{number - number % 50_000:06}", folder / f"f{number:06}")
                continue
            descriptor = os.open(folder / f"f{number:06}", os.O_CREAT | os.O_WRONLY, 0o644)
            os.write(descriptor, content)
            os.setxattr(descriptor, "user.etag", tag)
            os.close(descriptor)
    flush(root)


def _find(path, objects):
    began = time.perf_counter()
    found = subprocess.run(["find", str(path), "-type", "f"], capture_output=True, check=True).stdout.count(b"\n")
    seconds = time.perf_counter() - began
    if found != objects:
        raise RuntimeError(f"find saw {found} of {objects} files in {path}")
    return seconds


def _files_per_second(path):
    began = time.perf_counter()
    count = _read_tree_files(path)
    return count / (time.perf_counter() - began)


def _fill(paths):
    """Each tree by a reader of its own: one after the other would wait for the source most of the time."""
    began = time.perf_counter()
    with ThreadPoolExecutor(len(paths)) as readers:
        list(readers.map(_read_tree_files, paths))
    return time.perf_counter() - began


def _read_tree_files(path):
    """As a program does it: list a directory, then open, read and close each of its files."""
    count = 0
    for folder, _, names in os.walk(path):
        for name in names:
            descriptor = os.open(f"{folder}/{name}", os.O_RDONLY)
            if len(os.read(descriptor, 2 * SMALL_BYTES)) != SMALL_BYTES:
                raise RuntimeError(f"{folder}/{name} is short")
            os.close(descriptor)
            count += 1
    return count
