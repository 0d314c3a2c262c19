"""The cases, out of the table in cases.md."""

import re
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).resolve().parents[1] / "cases.md"
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20}
ROW = re.compile(r"\| (\S+) \| (get|stream|store|block) \| (\d+) (KiB|MiB) \| (\d+) \|")
COUNT = 36


@dataclass(frozen=True)
class Case:
    name: str
    operation: str
    size: int
    concurrency: int

    def yardstick(self):
        """The plain API knows no blocks: it is asked for as many bytes."""
        return "get" if self.operation == "block" else self.operation


def cases():
    rows = [ROW.fullmatch(line) for line in TABLE.read_text().splitlines()]
    found = [Case(row[1], row[2], int(row[3]) * UNITS[row[4]], int(row[5])) for row in rows if row]
    if len(found) != COUNT or len({case.name for case in found}) != COUNT:
        raise RuntimeError(f"{TABLE.name}: {len(found)} cases, {COUNT} of different names are wanted: mend the table")
    return found
