"""Pieces of a file from another process on loopback, in turn: by plain sockets with sendfile, and by plain grpc-java."""

import json
import math
import subprocess
import time
from dataclasses import dataclass

from . import process, tools
from .context import MIB, touch
from .result import faster
from .stats import median, paired_ratio, spread

PACKAGE = "io.blobcache.bench"
CLIENT = f"{PACKAGE}.TransferClient"

# Unary answers of 64 MiB stand in the server as array, ByteString and buffers, and in the client as buffers and
# ByteString: 300 MiB of heap a read. The reader's own buffers (8 x 64 MiB) are outside of the heap.
MEMORY = ("-Xmx1g", "-XX:MaxDirectMemorySize=512m")

# Netty asks for sun.misc.Unsafe when it starts, and JDK 25 warns about that.
FLAGS = ("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", tools.LOGGING)

FILE_BYTES = 128 * MIB
MESSAGE_BYTES = MIB
SIZES = {"64KiB": 64 << 10, "1MiB": MIB, "4MiB": 4 * MIB, "64MiB": 64 * MIB}

# What lies between two others is left to the full form, so that the short one takes a minute.
FULL_ONLY = ("1MiB",)

# Streams and connections.
SHAPES = (((1, 1), (8, 8)), ((1, 1), (8, 1), (8, 8)))

# A round must be longer than one read of 64 MiB by the slowest, a quarter of a second.
ROUND_MILLIS = 250

# A pair is warm when this many rounds in turn have not made a gigabyte a tenth cheaper in processor time.
WARM_ROUNDS, CHEAPER = 3, 0.9
MAX_WARM_SECONDS, FULL_MAX_WARM_SECONDS = 2, 30


@dataclass(frozen=True)
class Contender:
    """One transport: its name in TransportKind, its server, and what it is measured with."""

    name: str
    server: tuple
    max_bytes: int = SIZES["64MiB"]
    min_bytes: int = 0

    def reads(self, size, streams):
        # Eight unary answers of 64 MiB at once would need gigabytes.
        return self.min_bytes <= size <= (self.max_bytes if streams > 1 else SIZES["64MiB"])


SOCKETS = Contender("sockets", (f"{PACKAGE}.PlainSocketServer",))
UNARY = Contender("plain-unary", (f"{PACKAGE}.PlainGrpcServer", str(MESSAGE_BYTES)), max_bytes=SIZES["4MiB"])
# Of few messages it would be the unary call once more.
STREAM = Contender("plain-stream", (f"{PACKAGE}.PlainGrpcServer", str(MESSAGE_BYTES)), min_bytes=SIZES["64MiB"])

# Ours: verified blocks of 4 MiB, as an agent asks another for them; four at once of a longer piece.
BLOCKS = Contender("blocks", (f"{PACKAGE}.PeerServer",), min_bytes=SIZES["4MiB"])
BLOCKS_GRPC = Contender("blocks-grpc", (f"{PACKAGE}.PeerServer",), min_bytes=SIZES["4MiB"])
CONTENDERS = (SOCKETS, UNARY, STREAM, BLOCKS_GRPC, BLOCKS)


class Pair:
    """A server and a client of one transport, two processes that stay, so that both are warm."""

    def __init__(self, context, contender, file):
        self.contender = contender
        main, *words = contender.server
        self._server = _java(context, main, str(file), *words)
        port = self._server.stdout.readline().strip()
        if not port:
            raise RuntimeError(f"the server of {contender.name} does not come up")
        self._client = _java(context, CLIENT, contender.name, port, str(file))

    def read(self, size, streams, connections, millis):
        """Answers gigabytes and seconds."""
        self._client.stdin.write(f"{size}\t{streams}\t{connections}\t{millis}\n")
        self._client.stdin.flush()
        line = self._client.stdout.readline()
        if not line:
            raise RuntimeError(f"the client of {self.contender.name} ended")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"{self.contender.name}, {size} bytes: {answer['error']}")
        return answer["count"] / 1e9, answer["seconds"]

    def cpu_seconds(self):
        return process.cpu_seconds(self._client.pid), process.cpu_seconds(self._server.pid)


class Readings:
    """What one transport did in one case: a rate for each round, CPU seconds and bytes of all of them."""

    def __init__(self, pair):
        self._pair = pair
        self.rates = []
        self._gigabytes = self._client = self._server = 0.0

    def round(self, size, streams, connections):
        client, server = self._pair.cpu_seconds()
        gigabytes, seconds = self._pair.read(size, streams, connections, ROUND_MILLIS)
        client_after, server_after = self._pair.cpu_seconds()
        self.rates.append(gigabytes / seconds)
        self._gigabytes += gigabytes
        self._client += client_after - client
        self._server += server_after - server

    def cpu(self):
        return {
            "client_cpu_seconds_per_gb": round(self._client / self._gigabytes, 3),
            "server_cpu_seconds_per_gb": round(self._server / self._gigabytes, 3),
        }


def throughput(context):
    """Every transport in each round of a case, in an order that rotates."""
    file = touched(context)
    pairs = [Pair(context, contender, file) for contender in CONTENDERS]
    for pair in pairs:
        _warm(context, pair, context.rounds(MAX_WARM_SECONDS, FULL_MAX_WARM_SECONDS))
    for streams, connections in SHAPES[context.full]:
        for label, size in SIZES.items():
            if label in FULL_ONLY and not context.full:
                continue
            readings = _measure(context, [p for p in pairs if p.contender.reads(size, streams)], size, streams, connections)
            yield from _cases(f"{label}-{streams}x{connections}", readings)


def touched(context):
    file = context.random_file(context.workspace.folder("served") / "content", FILE_BYTES)
    touch(file)
    return file


def _warm(context, pair, max_seconds):
    """Both ends are compiled while they run, short and long answers by different code; says so if it takes too long."""
    for label in ("64KiB", "64MiB"):
        if not pair.contender.reads(SIZES[label], 1):
            continue
        deadline, best, vain = time.monotonic() + max_seconds, math.inf, 0
        while vain < WARM_ROUNDS:
            if time.monotonic() > deadline:
                context.note(f"{pair.contender.name} still gets faster at {label}: its figures are too low (--full waits)")
                break
            cost = _cpu_seconds_per_gb(pair, SIZES[label])
            best, vain = (cost, 0) if cost < best * CHEAPER else (best, vain + 1)


def _cpu_seconds_per_gb(pair, size):
    before = sum(pair.cpu_seconds())
    gigabytes, _ = pair.read(size, 1, 1, 2 * ROUND_MILLIS)
    return (sum(pair.cpu_seconds()) - before) / gigabytes


def _measure(context, pairs, size, streams, connections):
    for pair in pairs:
        pair.read(size, streams, connections, ROUND_MILLIS)
    readings = {pair.contender: Readings(pair) for pair in pairs}
    order = list(readings.values())
    for _ in range(context.rounds(3, 9)):
        for reading in order:
            reading.round(size, streams, connections)
        order = order[1:] + order[:1]
    return readings


def _cases(shape, readings):
    sockets = readings.pop(SOCKETS)
    for contender, reading in readings.items():
        plain = {
            f"ratio_to_{other.name}": round(paired_ratio(reading.rates, than.rates), 3)
            for other, than in readings.items()
            if contender is BLOCKS and other is not BLOCKS
        }
        case = faster(
            "peer-throughput", f"{contender.name}-{shape}", contender is BLOCKS, median(reading.rates), "GB/s",
            median(sockets.rates), rates=spread(reading.rates), sockets=spread(sockets.rates), **plain, **reading.cpu(),
            sockets_cpu=sockets.cpu(),
        )  # fmt: skip
        case.ratio = round(paired_ratio(reading.rates, sockets.rates), 4)
        yield case


def _java(context, main, *words):
    command = [tools.java(), *FLAGS, *MEMORY, "-cp", str(tools.bench_jar(context.note)), f"{main}", *words]
    return context.workspace.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
