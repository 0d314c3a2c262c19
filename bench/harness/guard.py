"""bench/run --compare and --update: a stored baseline of ratios, and what has moved since."""

import json
from pathlib import Path

from . import regression
from .stats import median, spread

# A ratio scatters by itself between two short runs of a busy machine; see docs/performance.md.
MAX_LOSS = regression.MAX_LOSS


class Guard:
    """Gathers the ratio of each case over all repetitions, and which benchmarks have ended well."""

    def __init__(self):
        self._ratios = {}
        self._ended = set()

    def add(self, case):
        self._ratios.setdefault(f"{case.name} {case.case}", []).append(case.ratio)

    def ended(self, benchmark):
        """All of its cases have been added, once at least."""
        self._ended.add(benchmark)

    def results(self):
        return [
            {"name": name, "ratio": round(median(ratios), 4), "spread": spread(ratios, 4)}
            for name, ratios in sorted(self._ratios.items())
        ]

    def update(self, file):
        """Puts the results into the baseline, without cases that are gone; those of benchmarks that did not run stay."""
        path = Path(file)
        stay = [case for case in read(path) if not self._expected(case)] if path.exists() else []
        cases = {case["name"]: case for case in stay + self.results()}
        path.write_text(json.dumps([cases[name] for name in sorted(cases)], indent=1) + "\n")

    def compare(self, baseline, note):
        """Says what moved, the worst first. True if nothing regressed."""
        results = self.results()
        changes = regression.compare(results, baseline, MAX_LOSS)
        changes += regression.gone(results, [case for case in baseline if self._expected(case)])
        for change in sorted(changes, key=lambda change: change.percent()):
            note(_line(change))
        regressed = [change.case for change in changes if change.regressed]
        note(
            f"{len(regressed)} of {len(changes)} cases regressed by more than {MAX_LOSS:.0%}, or are gone"
            f"{': ' if regressed else ''}{', '.join(regressed)}"
        )
        return not regressed

    def _expected(self, case):
        return case["name"].split(" ")[0] in self._ended


def read(file):
    """The cases of a baseline."""
    try:
        return json.loads(Path(file).read_text())
    except (OSError, ValueError) as error:
        raise SystemExit(f"bench: {file} is no baseline: {error}; make one with --update {file}") from error


def _line(change):
    if change.ratio is None:
        return f"{change.case}: ratio {_ratio(change.before, change.before_spread)} in the baseline, GONE"
    now = _ratio(change.ratio, change.spread)
    if change.before is None:
        return f"{change.case}: ratio {now}, not in the baseline"
    before = _ratio(change.before, change.before_spread)
    return f"{change.case}: ratio {before} -> {now}, {change.percent():+.0f} %{', REGRESSED' if change.regressed else ''}"


def _ratio(ratio, rounds):
    return f"{ratio:g} ({rounds['min']:g} to {rounds['max']:g})"
