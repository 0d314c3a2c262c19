"""bench/run: names the benchmarks, runs one or all of them, cleans up."""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Callable

from . import advice, cold, guard, metrics_cost, microbench, peer, prefetch, requests, resources, scaling, tools, tree, warm
from .context import Context
from .result import Output
from .workspace import Unavailable, Workspace

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_UNAVAILABLE = 3
EXIT_REGRESSED = 4
EXIT_INTERRUPTED = 130


@dataclass(frozen=True)
class Benchmark:
    name: str
    what: str
    run: Callable


BENCHMARKS = (
    Benchmark("warm-sequential", "1 MiB reads in order, against the native file", lambda c: warm.measure(c, "sequential")),
    Benchmark("warm-random-4k", "random 4 KiB reads, against the native file", lambda c: warm.measure(c, "random-4k")),
    Benchmark("warm-random-128k", "random 128 KiB reads by 4 jobs, against the native file",
              lambda c: warm.measure(c, "random-128k")),
    Benchmark("cold-s3-sequential", "one object from S3, against a parallel download", cold.sequential),
    Benchmark("cold-s3-line", "the same over lines of limited speed, against a parallel download over them", cold.over_a_line),
    Benchmark("first-byte", "4 KiB at a cold offset, against a ranged GET", cold.first_byte),
    Benchmark("prefetch", "cold reads in order with fetching ahead, against without, by the source's latency", prefetch.measure),
    Benchmark("list-100k", "find over 100,000 objects, against the listing and against native", tree.listing),
    Benchmark("small-files", "files of 4 KiB a second, against native", tree.small_files),
    Benchmark("fuse-requests", "requests of the kernel for one workload, against a mount without tuning",
              requests.fuse_requests),
    Benchmark("read-ahead", "how far the kernel reads ahead, against its own 128 KiB", requests.read_ahead),
    Benchmark("fadvise", "the disk tier with nothing in the page cache, the kernel told how it is read against not told",
              advice.measure),
    Benchmark("scaling", "time, memory and CPU by readers, cached bytes and files, against the smallest of each",
              scaling.measure),
    Benchmark("peer-throughput", "bytes from another process, against plain sockets with sendfile", peer.throughput),
    Benchmark("start-time", "the command and a mount, against a JVM that prints one word", resources.start_time),
    Benchmark("memory", "resident memory idle and at its peak, against the limits", resources.memory),
    Benchmark("metrics-cost", "reads out of memory with metrics, against an agent that counts nothing", metrics_cost.measure),
    Benchmark("counting", "nanoseconds that metrics cost a request, against none", microbench.counting),
    Benchmark("buffer-pool", "acquire and release, against a fresh zeroed buffer", microbench.buffer_pool),
    Benchmark("placement", "whom to ask for a span, 10 to 10,000 members, against scoring and sorting all", microbench.placement),
    Benchmark("hit-allocation", "bytes allocated by a hit, against none", microbench.hit_allocation),
)  # fmt: skip


def main():
    arguments = _parse()
    if arguments.list:
        for benchmark in BENCHMARKS:
            print(f"{benchmark.name:20} {benchmark.what}")
        return 0
    signal.signal(signal.SIGTERM, _interrupt)
    baseline = guard.read(arguments.compare) if arguments.compare else None
    output = Output(arguments.json)
    ratios = guard.Guard()
    names = arguments.names * arguments.repeat
    failed = sorted({name for name in names if not _run(name, arguments, output, ratios)})
    # What did run is compared all the same: the one that fails must not hide what the others found.
    regressed = baseline is not None and not ratios.compare(baseline, output.note)
    if failed:
        output.note(f"failed or could not run: {', '.join(failed)}")
    if arguments.update and failed:
        output.note(f"{arguments.update} stays as it is")
    elif arguments.update:
        ratios.update(arguments.update)
    if regressed:
        return EXIT_REGRESSED
    return EXIT_FAILED if failed else 0


def _run(name, arguments, output, ratios):
    """One benchmark in a workspace of its own. False if it failed: the others of `all` still run."""
    benchmark = next(known for known in BENCHMARKS if known.name == name)
    began = time.monotonic()
    workspace = Workspace(arguments.work)
    try:
        tools.build()
        for case in benchmark.run(Context(workspace, arguments.full, output, arguments.plot)):
            output.emit(case)
            ratios.add(case)
    except Unavailable as missing:
        output.note(f"{name} cannot run: {missing}")
        if len(arguments.names) == 1:
            workspace.close()
            sys.exit(EXIT_UNAVAILABLE)
        return False
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        output.note(f"{name} failed: {error}")
        return False
    finally:
        workspace.close()
    ratios.ended(name)
    output.note(f"{name} took {time.monotonic() - began:.0f} s")
    return True


def _parse():
    parser = argparse.ArgumentParser(
        prog="bench/run",
        description="Runs one benchmark and prints a JSON object a line and case; a table goes to standard error.",
        epilog="ratio: how many times as good as the baseline we are. default: what a user gets without configuring.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a benchmark of --list, or all")
    parser.add_argument("--list", action="store_true", help="name the benchmarks")
    parser.add_argument("--json", action="store_true", help="no table")
    parser.add_argument("--full", action="store_true", help="longer: larger files and more rounds")
    parser.add_argument("--plot", metavar="FILE", help="scaling draws its curves there, as SVG")
    parser.add_argument("--repeat", type=int, default=1, metavar="N", help="run all of it so often: its spread is known then")
    parser.add_argument("--compare", metavar="FILE", help="say what moved against that baseline; exit code 4 on a regression")
    parser.add_argument("--update", metavar="FILE", help="write the ratios to that baseline")
    parser.add_argument("--work", default=_work_folder(), help="folder for data and state (default: %(default)s)")
    arguments = parser.parse_args()
    known = [benchmark.name for benchmark in BENCHMARKS]
    if arguments.names == ["all"]:
        arguments.names = known
    unknown = [name for name in arguments.names if name not in known]
    if unknown or not (arguments.names or arguments.list):
        parser.error(f"no such benchmark: {', '.join(unknown)}" if unknown else "name a benchmark, or --list")
    return arguments


def _work_folder():
    """A disk and not /tmp, which is memory on some systems: what a user's state directory stands on."""
    return tempfile.gettempdir() if not sys.platform.startswith("linux") else "/var/tmp"


def _interrupt(_number, _frame):
    raise KeyboardInterrupt


def command_line():
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
