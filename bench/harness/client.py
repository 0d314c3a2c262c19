"""The node agent's own S3 client without a mount: the baseline of everything that is read cold."""

import json
import subprocess

from . import s3, tools

MAIN = "io.blobcache.bench.SourceClient"


class Client:
    """A JVM that stays: it answers one line for each command, so that it is as warm as an agent that stays."""

    def __init__(self, context, server):
        command = [
            tools.java(), "--enable-native-access=ALL-UNNAMED", tools.LOGGING,
            "-cp", str(tools.bench_jar(context.note)), MAIN, server.endpoint, s3.REGION, s3.BUCKET,
        ]  # fmt: skip
        self._process = context.workspace.start(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=server.environment()
        )

    @property
    def pid(self):
        return self._process.pid

    def download(self, key, file=""):
        """The whole object in parallel ranges, into memory or a file. Answers a count of bytes and seconds."""
        return self._ask("download", key, str(file))

    def keep(self, key):
        """The whole object in parallel ranges into fresh memory that keeps it. Answers a count of bytes and seconds."""
        return self._ask("keep", key)

    def read(self, key, offset, length):
        """One ranged GET. Answers a count of bytes and seconds."""
        return self._ask("read", key, offset, length)

    def walk(self, directory):
        """Every directory listed, one after the other. Answers a count of files and seconds."""
        return self._ask("walk", directory)

    def _ask(self, *words):
        self._process.stdin.write("\t".join(str(word) for word in words) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the S3 client ended while it was asked to {words[0]}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(f"{words[0]} failed: {answer['error']}")
        return answer
