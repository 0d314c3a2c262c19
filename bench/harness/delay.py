"""A proxy in front of an HTTP server that lets each request wait: the latency of a source that is far away.

Netem would do the same for packets; it is not there in many containers. The proxy is a process of its own, so that it
does not share an interpreter with what measures. It delays the answer to a request by its head; bodies pass at full
speed. `python -m harness.delay PORT UPSTREAM MILLISECONDS` (started by Proxy).
"""

import os
import socket
import sys
import threading
import time

from . import s3

PIECE = 1 << 20
START_SECONDS = 10


class Proxy:
    """Stands for the server: has the same `environment` and an `endpoint` of its own."""

    def __init__(self, context, server, milliseconds):
        self.port = s3.free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.environment = server.environment
        command = [sys.executable, "-m", "harness.delay", str(self.port), str(server.port), str(milliseconds)]
        folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        self.process = context.workspace.start(command, cwd=folder)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the delaying proxy did not start") from None
                time.sleep(0.02)


def serve(port, upstream, seconds):
    with socket.create_server(("127.0.0.1", port), backlog=256) as listener:
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_connection, args=(client, upstream, seconds), daemon=True).start()


def _connection(client, upstream, seconds):
    """Requests wait and go on; answers pass on a thread of their own until the server closes."""
    with client, socket.create_connection(("127.0.0.1", upstream)) as server:
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=_pump, args=(server, client), daemon=True).start()
        try:
            # GETs have no body: what the client sends at once is one request.
            while request := client.recv(PIECE):
                time.sleep(seconds)
                server.sendall(request)
            server.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _pump(source, target):
    piece = memoryview(bytearray(PIECE))
    try:
        while count := source.recv_into(piece):
            target.sendall(piece[:count])
        target.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 1000)
