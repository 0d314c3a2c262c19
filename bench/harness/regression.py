"""Tells a regression from noise: results by their ratio to a yardstick of the same run, against results of an earlier one.

A case has regressed if both hold:
- its median ratio is below the earlier one by more than MAX_LOSS;
- its best round is worse than the worst round then: the spreads do not touch.
A case that is gone has regressed too: what is measured no more can get no worse.
Times of two runs are never compared: another machine, or the same with other neighbours, is slower at everything.
"""

from dataclasses import dataclass

# Medians of three rounds on a busy machine with two cores scatter by a sixth; see docs/performance.md.
MAX_LOSS = 0.25


@dataclass(frozen=True)
class Change:
    """Both sides have a ratio and a spread: of now (None for a case that is gone) and of before (None for a new one)."""

    case: str
    ratio: float
    spread: dict
    before: float
    before_spread: dict
    regressed: bool

    def percent(self):
        if self.ratio is None:
            return -100.0
        return 0.0 if self.before is None else (self.ratio / self.before - 1) * 100


def compare(results, baseline, max_loss=MAX_LOSS):
    """Both: objects with `name`, `ratio` and `spread` (min, max). A Change for each result, in their order."""
    known = {case["name"]: case for case in baseline}
    return [_change(result, known.get(result["name"]), max_loss) for result in results]


def gone(results, expected):
    """A Change for each case of the baseline that was to appear among the results and does not."""
    there = {result["name"] for result in results}
    missing = [case for case in expected if case["name"] not in there]
    return [Change(case["name"], None, None, case["ratio"], case["spread"], True) for case in missing]


def _change(result, before, max_loss):
    if before is None:
        return Change(result["name"], result["ratio"], result["spread"], None, None, False)
    lost = result["ratio"] < before["ratio"] * (1 - max_loss)
    apart = result["spread"]["max"] < before["spread"]["min"]
    return Change(result["name"], result["ratio"], result["spread"], before["ratio"], before["spread"], lost and apart)
