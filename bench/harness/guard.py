"""bench/run --compare and --update: a stored baseline of ratios, and what has moved since."""

import json
from pathlib import Path

from . import regression
from .stats import median, spread

# A ratio scatters by itself between two short runs of a busy machine; see docs/performance.md.
MAX_LOSS = regression.MAX_LOSS


class Guard:
    """Gathers the ratio of each case over all repetitions."""

    def __init__(self):
        self._ratios = {}

    def add(self, case):
        self._ratios.setdefault(f"{case.name} {case.case}", []).append(case.ratio)

    def results(self):
        return [
            {"name": name, "ratio": round(median(ratios), 4), "spread": spread(ratios, 4)}
            for name, ratios in sorted(self._ratios.items())
        ]

    def update(self, file):
        """Puts the results into the baseline; cases of benchmarks that did not run stay as they are."""
        path = Path(file)
        kept = {case["name"]: case for case in _read(path)} if path.exists() else {}
        kept.update({result["name"]: result for result in self.results()})
        path.write_text(json.dumps(sorted(kept.values(), key=lambda case: case["name"]), indent=1) + "\n")

    def compare(self, file, note):
        """Says what moved, the worst first. True if nothing regressed."""
        changes = regression.compare(self.results(), _read(Path(file)), MAX_LOSS)
        for change in sorted(changes, key=lambda change: change.percent()):
            if change.before is None:
                note(f"{change.case}: ratio {change.ratio:g}, not in the baseline")
            else:
                note(
                    f"{change.case}: ratio {change.before:g} -> {change.ratio:g} ({change.percent():+.0f} %), "
                    f"now {change.spread['min']:g} to {change.spread['max']:g}"
                    f"{', REGRESSED' if change.regressed else ''}"
                )
        regressed = [change.case for change in changes if change.regressed]
        note(f"{len(regressed)} of {len(changes)} cases regressed by more than {MAX_LOSS:.0%}" + _names(regressed))
        return not regressed


def _names(cases):
    return f": {', '.join(cases)}" if cases else ""


def _read(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise SystemExit(f"bench: {path} is no baseline: {error}; make one with --update {path}") from error
