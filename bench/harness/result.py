"""One line of output: a case, what we measured, and how good that is against its baseline."""

import json
import sys
from dataclasses import asdict, dataclass, field


@dataclass
class Case:
    """`ratio` says how many times as good as the baseline we are: above 1 is better, for times too."""

    name: str
    case: str
    default: bool
    value: float
    unit: str
    baseline: float
    ratio: float
    details: dict = field(default_factory=dict)


def faster(name, case, default, value, unit, baseline, **details):
    """A case of which more is better."""
    return Case(name, case, default, rounded(value), unit, rounded(baseline), rounded(value / baseline), details)


def smaller(name, case, default, value, unit, baseline, **details):
    """A case of which less is better: seconds, bytes."""
    ratio = baseline / value if value else float(baseline or 1)
    return Case(name, case, default, rounded(value), unit, rounded(baseline), rounded(ratio), details)


def rounded(number):
    """Four significant digits: more is noise."""
    return float(f"{number:.4g}")


class Output:
    """JSON lines on standard output; a table for people on standard error unless only JSON was asked for."""

    def __init__(self, json_only):
        self.json_only = json_only
        self.headed = False

    def emit(self, case):
        print(json.dumps(asdict(case)), flush=True)
        if not self.json_only:
            self._row(case)

    def note(self, text):
        print(f"bench: {text}", file=sys.stderr, flush=True)

    def _row(self, case):
        if not self.headed:
            print(f"{'benchmark':20} {'case':26} {'value':>12} {'baseline':>12} {'unit':10} {'ratio':>8}", file=sys.stderr)
            self.headed = True
        star = "*" if case.default else " "
        print(
            f"{case.name:20} {case.case + star:26} {case.value:12g} {case.baseline:12g} {case.unit:10} {case.ratio:8.3f}",
            file=sys.stderr,
            flush=True,
        )
