"""JMH benchmarks of the data path, told as cases."""

import json
import subprocess

from . import tools
from .result import Case, rounded
from .stats import median, spread

# JMH itself allocates some 50 KB an iteration, a few bytes for each of its operations. The smallest object of Java has 16
# bytes: below half of that, most operations allocated none.
NOTHING_BYTES = 8

ALLOCATION = "gc.alloc.rate.norm"


def buffer_pool(context):
    """Taking a buffer and giving it back against a fresh zeroed one of the same size, in the same run."""
    # Of one thread and of two: JMH finds every class whose name ends so.
    results = _run(context, "BufferPoolBenchmark", "-prof", "gc")
    by_size = {}
    for result in results:
        by_size.setdefault(int(result["params"]["mebibytes"]), {})[_method(result)] = result
    for mebibytes, methods in sorted(by_size.items()):
        pooled, fresh, array = methods["pooled"], methods["fresh"], methods["freshHeapArray"]
        system = methods["freshFromSystem"]
        pooled_nanos, fresh_nanos = _score(pooled), _score(fresh)
        yield Case(
            "buffer-pool", f"{mebibytes}MiB", True, rounded(pooled_nanos), "ns/op", rounded(fresh_nanos),
            rounded(fresh_nanos / pooled_nanos),
            {"allocated_bytes_per_op": rounded(_allocated(pooled)), "pooled": spread(_iterations(pooled), 1),
             "fresh": spread(_iterations(fresh), 1), "fresh_heap_array": spread(_iterations(array), 1),
             "ratio_to_heap_array": rounded(_score(array) / pooled_nanos),
             "fresh_from_system": spread(_iterations(system), 1),
             "ratio_to_fresh_from_system": rounded(_score(system) / pooled_nanos)},
        )  # fmt: skip
        if "pooledByTwo" in methods:
            yield _by_two_threads(mebibytes, methods)


def _by_two_threads(mebibytes, methods):
    """Both sides by two threads at once; what the second thread costs the pool stands in the details."""
    pooled, fresh = methods["pooledByTwo"], methods["freshByTwo"]
    return Case(
        "buffer-pool", f"{mebibytes}MiB-2-threads", True, rounded(_score(pooled)), "ns/op", rounded(_score(fresh)),
        rounded(_score(fresh) / _score(pooled)),
        {"allocated_bytes_per_op": rounded(_allocated(pooled)), "pooled": spread(_iterations(pooled), 1),
         "fresh": spread(_iterations(fresh), 1),
         "times_one_thread": rounded(_score(pooled) / _score(methods["pooled"]))},
    )  # fmt: skip


def hit_allocation(context):
    """Bytes that Java allocates for one request that a tier on this node answers. The aim is none: ratio 1 says so."""
    for result in _run(context, "HitBenchmark", "-prof", "gc"):
        params = result["params"]
        bytes_per_op = _allocated(result)
        nothing = bytes_per_op < NOTHING_BYTES
        yield Case(
            "hit-allocation", f"{_method(result)}-{int(params['lengthBytes']) // 1024}k", True, rounded(bytes_per_op),
            "B/op", 0.0, 1.0 if nothing else rounded(NOTHING_BYTES / bytes_per_op),
            {"nanoseconds_per_op": spread(_iterations(result), 1),
             "gigabytes_per_second": rounded(int(params["lengthBytes"]) / _score(result))},
        )  # fmt: skip


def counting(context):
    """What is counted for one read request out of memory, against the same calls in a JVM that counts nothing."""
    results = {}
    for metrics in ("off", "on"):
        for result in _run(context, "CountingBenchmark", properties=(f"-Dblobcache.metrics={metrics}",)):
            results.setdefault(_method(result), {})[metrics] = result
    for method, by_metrics in sorted(results.items()):
        ours, deaf = _score(by_metrics["on"]), _score(by_metrics["off"])
        yield Case(
            "counting", method, True, rounded(ours), "ns/op", rounded(deaf), rounded(deaf / ours),
            {"nanoseconds_more": rounded(ours - deaf), "counting": spread(_iterations(by_metrics["on"]), 1),
             "deaf": spread(_iterations(by_metrics["off"]), 1)},
        )  # fmt: skip


# Keys for each member. Each is looked up four times, which takes some 0.2 ms of 10,000 members: 20 s in the short form,
# 200 s in the long one. Few keys scatter by chance alone, which is why chance is counted beside it.
SPREAD_KEYS = {10: 100_000, 100: 10_000, 1_000: 100, 10_000: 10}
SPREAD_KEYS_FULL = {10: 100_000, 100: 10_000, 1_000: 1_000, 10_000: 100}


def placement(context):
    """The three candidates of a span by the number of members, against scoring and sorting all; balance and moves."""
    by_members = {}
    for result in _run(context, "PlacementBenchmark", "-prof", "gc"):
        by_members.setdefault(int(result["params"]["members"]), {})[_method(result)] = result
    for members, methods in sorted(by_members.items()):
        ours, plain = _score(methods["lookup"]), _score(methods["plainLookup"])
        yield Case(
            "placement", f"{members} members", True, rounded(ours), "ns/op", rounded(plain), rounded(plain / ours),
            {"allocated_bytes_per_op": rounded(_allocated(methods["lookup"])),
             "plain_allocated_bytes_per_op": rounded(_allocated(methods["plainLookup"])),
             "lookup": spread(_iterations(methods["lookup"]), 1), "plain": spread(_iterations(methods["plainLookup"]), 1),
             **_placement_spread(context, members)},
        )  # fmt: skip


def _placement_spread(context, members):
    """Processor time, balance, and the share of keys that one join and one leave move; `strays` moved elsewhere and have to be none."""
    command = [
        tools.java(), "-cp", str(tools.bench_jar(context.note)), "io.blobcache.bench.PlacementSpread", str(members),
        str((SPREAD_KEYS_FULL if context.full else SPREAD_KEYS)[members]),
    ]  # fmt: skip
    running = context.workspace.start(command, stdout=subprocess.PIPE, text=True)
    said, _ = running.communicate()
    if running.returncode != 0:
        raise RuntimeError("PlacementSpread failed")
    counted = json.loads(said)
    return {**counted, "fair_share": rounded(1 / members)}


def _run(context, pattern, *options, properties=()):
    jar = tools.bench_jar(context.note)
    result = context.workspace.path / f"{pattern}.json"
    # Many short iterations: their median does not see the ones in which somebody else had the processor.
    long = ["-f", "3", "-wi", "5", "-w", "1s", "-i", "15", "-r", "500ms"]
    short = ["-f", "1", "-wi", "2", "-w", "500ms", "-i", "5", "-r", "400ms"]
    command = [
        tools.java(), "-jar", str(jar), pattern, "-rf", "json", "-rff", str(result), "-foe", "true",
        "-jvmArgsAppend", " ".join([f"-Djava.io.tmpdir={context.workspace.path}", *properties]),
        *options, *(long if context.full else short),
    ]  # fmt: skip
    running = context.workspace.start(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said, _ = running.communicate()
    if running.returncode != 0:
        raise RuntimeError(f"JMH failed: {said[-2000:]}")
    return json.loads(result.read_text())


def _method(result):
    return result["benchmark"].rsplit(".", 1)[1]


def _score(result):
    return median(_iterations(result))


def _iterations(result):
    return [score for fork in result["primaryMetric"]["rawData"] for score in fork]


def _allocated(result):
    metrics = result["secondaryMetrics"]
    key = next(key for key in metrics if key.endswith(ALLOCATION))
    return metrics[key]["score"]
