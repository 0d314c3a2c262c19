"""Finds what the benchmarks run: fio, a JDK 25, the built project, an S3 server. Says how to get what is missing."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from .workspace import Unavailable

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = ROOT / "blobcache"
TARGET = ROOT / "bench" / "target"

JAVA_VERSION = 25
LOGGING = "-Dlogback.configurationFile=logback-bench.xml"
S3_SERVER = "github.com/versity/versitygw/cmd/versitygw"
S3_SERVER_VERSION = "v1.8.0"
BUILD_SECONDS = 1200
MIN_GO = (1, 24)


def fio():
    if shutil.which("fio") is None:
        raise Unavailable("fio is missing: apt-get install fio (or your distribution's package of that name)")
    return "fio"


def fuse():
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        raise Unavailable("/dev/fuse cannot be opened: load the module (modprobe fuse) and run as root")


def java_home():
    """JAVA_HOME if it is a JDK 25, else the first one where distributions install them."""
    named = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    installed = sorted(Path("/usr/lib/jvm").glob("*")) + sorted(Path("/opt").glob("*jdk*"))
    for home in named + installed:
        release = home / "release"
        if release.is_file() and re.search(rf'JAVA_VERSION="{JAVA_VERSION}\b', release.read_text()):
            return home
    raise Unavailable(f"no JDK {JAVA_VERSION} found: install one (temurin-25-jdk) or set JAVA_HOME to it")


def java():
    return str(java_home() / "bin" / "java")


def launcher():
    if not LAUNCHER.is_file():
        raise Unavailable(f"{LAUNCHER} is missing: the mount's command line is not built yet")
    return str(LAUNCHER)


def build():
    """The launcher builds what is missing or older than its source: minutes, which no measured command is to take."""
    done = subprocess.run([launcher(), "version"], capture_output=True, text=True, timeout=BUILD_SECONDS, check=False)
    if done.returncode != 0:
        raise Unavailable(f"blobcache does not build: {done.stderr.strip()}")


def rehearse():
    """The first mount after a build records a start before it mounts, a minute on a busy machine: not within its time limit."""
    subprocess.run([launcher(), "mount", "--help"], capture_output=True, timeout=BUILD_SECONDS, check=False)


def bench_jar(note):
    """bench/target/bench.jar, built when it is missing or older than a source file."""
    jar = TARGET / "bench.jar"
    if not jar.is_file() or jar.stat().st_mtime < _newest_source():
        note("building bench.jar (mvn, a minute the first time)")
        if shutil.which("mvn") is None:
            raise Unavailable("mvn is missing: apt-get install maven")
        command = ["mvn", "-B", "-q", "-pl", "bench", "-am", "-Dmaven.test.skip=true", "-Dspotless.check.skip=true", "package"]
        built = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "JAVA_HOME": str(java_home())}, capture_output=True, text=True, check=False
        )
        if built.returncode != 0:
            raise Unavailable(f"the build failed: {' '.join(command)}\n{(built.stdout + built.stderr)[-3000:]}")
        jar.touch()
    return jar


def s3_server(note):
    """The versitygw binary: on the path, in the cache, or built once into it. None if Go is not there to build it."""
    found = shutil.which("versitygw")
    if found:
        return found
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "blobcache-bench" / S3_SERVER_VERSION
    binary = cache / "versitygw"
    if binary.is_file():
        return str(binary)
    if _go_version() < MIN_GO:
        return None
    note(f"building the S3 server once: go install {S3_SERVER}@{S3_SERVER_VERSION}")
    built = subprocess.run(
        ["go", "install", f"{S3_SERVER}@{S3_SERVER_VERSION}"],
        cwd="/",
        env={**os.environ, "GOBIN": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    if built.returncode != 0:
        note(f"the S3 server could not be built: {built.stderr.strip()[-400:]}")
        return None
    return str(binary)


def _go_version():
    if shutil.which("go") is None:
        return (0, 0)
    said = subprocess.run(["go", "env", "GOVERSION"], cwd="/", capture_output=True, text=True, check=False).stdout
    match = re.match(r"go(\d+)\.(\d+)", said)
    return (int(match.group(1)), int(match.group(2))) if match else (0, 0)


def _newest_source():
    sources = [*ROOT.glob("*/src/main/**/*.java"), *ROOT.glob("*/pom.xml"), ROOT / "pom.xml"]
    return max(source.stat().st_mtime for source in sources)
