"""Tells a regression from noise: results by their ratio to a yardstick of the same run, against results of an earlier one.

A case has regressed if both hold:
- its median ratio is below the earlier one by more than MAX_LOSS;
- its best round is worse than the worst round then: the spreads do not touch.
Times of two runs are never compared: another machine, or the same with other neighbours, is slower at everything.
"""

from dataclasses import dataclass

# Medians of three rounds on a busy machine with two cores scatter by a sixth; see docs/performance.md.
MAX_LOSS = 0.25


@dataclass(frozen=True)
class Change:
    """`ratio` and `spread` are those of now; what was `before` is None for a case that the baseline does not have."""

    case: str
    ratio: float
    spread: dict
    before: float
    regressed: bool

    def percent(self):
        return 0.0 if self.before is None else (self.ratio / self.before - 1) * 100


def compare(results, baseline, max_loss=MAX_LOSS):
    """Both: objects with `name`, `ratio` and `spread` (min, max). A Change for each result, in their order."""
    known = {case["name"]: case for case in baseline}
    return [_change(result, known.get(result["name"]), max_loss) for result in results]


def _change(result, before, max_loss):
    if before is None:
        return Change(result["name"], result["ratio"], result["spread"], None, False)
    lost = result["ratio"] < before["ratio"] * (1 - max_loss)
    apart = result["spread"]["max"] < before["spread"]["min"]
    return Change(result["name"], result["ratio"], result["spread"], before["ratio"], lost and apart)
