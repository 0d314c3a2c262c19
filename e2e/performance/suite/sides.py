"""The two sides of every case: an agent and the yardstick, each a server process and a client process that stay."""

import hashlib
import json
import os
import socket
import subprocess

from harness import agent, process, tools

PACKAGE = "io.blobcache.bench"
CLIENT = f"{PACKAGE}.ContentClient"
YARDSTICK = f"{PACKAGE}.PlainGrpcServer"
FLAGS = ("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", tools.LOGGING)

# Sixteen answers of 64 MiB at once are 1 GiB as ByteString in the heap, and as much as what arrives or leaves outside of it,
# where Netty's pool once needed 2.5 GiB for them. The reader's buffers come on top.
MEMORY = ("-Xmx2g", "-XX:MaxDirectMemorySize=4g")

STREAM_MESSAGE_BYTES = 1 << 20


class Files:
    """One file for each size, named by its SHA-256 as the API names content."""

    def __init__(self, context, sizes):
        self.folder = context.workspace.folder("content")
        self._names = {size: self._make(context, size) for size in sizes}

    def name(self, size):
        return self._names[size]

    def _make(self, context, size):
        made = context.random_file(self.folder / str(size), size)
        name = hashlib.sha256(made.read_bytes()).hexdigest()
        made.rename(self.folder / name)
        return name


class Side:
    """A client process, and the process id of the server that it talks to."""

    def __init__(self, context, name, server_pid, port, folder):
        self.name = name
        self.port = port
        self.server_pid = server_pid
        self._client = java(context, CLIENT, str(port), str(folder))
        self.client_pid = self._client.pid

    def call(self, operation, file, concurrency, millis):
        """Answers count (bytes), seconds, and busy: how often a call had to be made again."""
        return self.ask(operation, file, concurrency, millis)

    def cpu_seconds(self):
        return process.cpu_seconds(self.client_pid) + process.cpu_seconds(self.server_pid)

    def ask(self, *words):
        self._client.stdin.write("\t".join(str(word) for word in words) + "\n")
        self._client.stdin.flush()
        line = self._client.stdout.readline()
        if not line:
            raise RuntimeError(f"the client of {self.name} ended while it was asked to {words[0]}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"{self.name}, {words[0]}: {answer['error']}")
        return answer


def ours(context, files, mesh):
    """An agent that mounts the folder and has its files stored; `mesh` is what the configuration says beside addresses."""
    port = free_port()
    members = context.workspace.path / "members.yaml"
    members.write_text(json.dumps({"members": [{"id": "server", "address": f"127.0.0.1:{port}"}]}))
    settings = {"members": str(members), "self": "server", "listen": f"127.0.0.1:{port}", "insecure": True, **mesh}
    mount = agent.Mount(context, "agent", f"dir:{files.folder}", agent.Variant("mesh", {"mesh": settings}))
    return Side(context, "blobcache", mount.pid, port, files.folder), context.workspace.path / "agent.yaml"


def yardstick(context, files):
    uploads = context.workspace.folder("uploads")
    server = java(context, YARDSTICK, str(files.folder), str(STREAM_MESSAGE_BYTES), str(uploads))
    port = server.stdout.readline().strip()
    if not port:
        raise RuntimeError("the server of the yardstick does not come up")
    return Side(context, "yardstick", server.pid, int(port), files.folder)


def effective(config):
    """What the configuration says, defaults included, by the command that a user has."""
    command = [tools.launcher(), "config", "--config", str(config), "--output", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=agent.COMMAND_SECONDS, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed ({done.returncode}): {done.stderr.strip()}")
    return json.loads(done.stdout)


def java(context, main, *words):
    command = [tools.java(), *FLAGS, *MEMORY, "-cp", str(tools.bench_jar(context.note)), main, *words]
    # What the JVM frees goes back to the system: four of them have to fit beside each other.
    environment = {**os.environ, "MALLOC_ARENA_MAX": "2"}
    return context.workspace.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]
