"""Numbers of a running process, from /proc."""

import os
import re
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of the process so far, all threads, in steps of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def resident_bytes(pid):
    return _kib(f"/proc/{pid}/status", "VmRSS")


def peak_resident_bytes(pid):
    return _kib(f"/proc/{pid}/status", "VmHWM")


def proportional_bytes(pid):
    """PSS: pages shared with other processes are counted in part."""
    return _kib(f"/proc/{pid}/smaps_rollup", "Pss")


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def mentioning(text, program=None):
    """Ids of the processes that have `text` in an argument of their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            arguments = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if program is not None and os.path.basename(arguments[0]) != program:
            continue
        if any(text in argument for argument in arguments):
            found.append(int(entry.name))
    return found


def available_memory_bytes():
    return _kib("/proc/meminfo", "MemAvailable")


def _kib(path, key):
    match = re.search(rf"^{key}:\s+(\d+) kB", Path(path).read_text(), re.MULTILINE)
    if match is None:
        raise RuntimeError(f"{path} has no {key}")
    return int(match.group(1)) * 1024
