"""The S3 server of the benchmarks: versitygw on a folder, listening on loopback. And one signed request, by hand."""

import datetime
import hashlib
import hmac
import http.client
import os
import socket
import time

from . import tools
from .workspace import Unavailable

ACCESS_KEY = "bench"
SECRET_KEY = "bench-secret"
REGION = "us-east-1"
BUCKET = "bench"
START_SECONDS = 10


class Server:
    """Objects are files below `bucket`; what is written there is served at once."""

    def __init__(self, context, line=None):
        """On loopback, or at the other end of a line."""
        binary = tools.s3_server(context.note)
        if binary is None:
            raise Unavailable(
                "no S3 server: install Go 1.24 or later, it is built once; or put versitygw "
                f"({tools.S3_SERVER_VERSION}) on the PATH"
            )
        self.root = context.workspace.folder("s3")
        self.bucket = self.root / BUCKET
        self.bucket.mkdir()
        self.port = free_port()
        self.host = line.address if line else "127.0.0.1"
        self.endpoint = f"http://{self.host}:{self.port}"
        # Without --keep-alive it closes each connection, which no S3 does.
        command = [binary, "--port", f"{self.host}:{self.port}", "--keep-alive", "--quiet", "posix", str(self.root)]
        log = open(context.workspace.path / "s3.log", "wb")  # noqa: SIM115 (the process keeps it)
        keys = {"ROOT_ACCESS_KEY": ACCESS_KEY, "ROOT_SECRET_KEY": SECRET_KEY}
        self.process = context.workspace.start([*(line.inside if line else ()), *command], env={**os.environ, **keys}, stdout=log, stderr=log)
        self._await()

    def environment(self):
        """Credentials for a client."""
        return {**os.environ, "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}

    def put(self, key, content):
        """Stores small content directly, with the attribute in which the server keeps an ETag."""
        path = self.bucket / key
        with open(path, "wb") as file:
            file.write(content)
        self.tag(path, hashlib.md5(content, usedforsecurity=False).hexdigest())

    def tag(self, path, etag):
        os.setxattr(path, "user.etag", f'"{etag}"'.encode())

    def connection(self):
        return http.client.HTTPConnection(self.host, self.port)

    def ranged_get(self, connection, key, offset, length):
        """One GET of a range on a connection that is kept: the least that any client must do."""
        path = f"/{BUCKET}/{key}"
        headers = signed_headers("GET", f"{self.host}:{self.port}", path)
        connection.request("GET", path, headers={**headers, "Range": f"bytes={offset}-{offset + length - 1}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 206 or len(body) != length:
            raise RuntimeError(f"GET {path} answered {answer.status}: {body[:300]!r}")
        return body

    def _await(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                socket.create_connection((self.host, self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.02)
        raise RuntimeError("the S3 server did not start; its log is s3.log in the work folder")


def signed_headers(method, host, path):
    """AWS Signature Version 4 of a request without query and without body."""
    now = datetime.datetime.now(datetime.timezone.utc)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    empty = hashlib.sha256(b"").hexdigest()
    headers = {"host": host, "x-amz-content-sha256": empty, "x-amz-date": stamp}
    names = ";".join(headers)
    canonical = "\n".join([method, path, "", *(f"{k}:{v}" for k, v in headers.items()), "", names, empty])
    scope = f"{day}/{REGION}/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = f"AWS4{SECRET_KEY}".encode()
    for part in (day, REGION, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    authorization = f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {**headers, "Authorization": authorization}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
