"""Medians and spreads: the machine is noisy, so every figure carries its rounds."""

import statistics


def median(values):
    return statistics.median(values)


def percentile(values, percent):
    """Nearest rank: the smallest value that `percent` of all values do not exceed."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]


def spread(values, digits=3):
    """What a reader needs in order to judge a median."""
    return {
        "rounds": len(values),
        "min": round(min(values), digits),
        "median": round(median(values), digits),
        "max": round(max(values), digits),
    }


def paired_ratio(ours, theirs):
    """Median of the ratios within each round: drift of the machine between rounds cancels out."""
    return median([mine / other for mine, other in zip(ours, theirs)])
