"""The results as JSON for programs and as Markdown for people."""

import datetime
import json
import os
import platform
from pathlib import Path

MARKER = "<!-- blobcache-performance -->"
FORMAT = 1


def document(results, in_force, effort, busy_machine):
    return {
        "format": FORMAT,
        "date": datetime.date.today().isoformat(),
        "machine": {"cores": os.cpu_count(), "kernel": platform.release(), "busy": busy_machine},
        "rounds": effort.rounds,
        "inForce": in_force,
        "cases": [result.json() for result in results],
    }


def read(path):
    known = json.loads(Path(path).read_text())
    if known.get("format") != FORMAT:
        raise RuntimeError(f"{path}: format {known.get('format')}, wanted {FORMAT}: make it anew with --update")
    return known


def write(path, made):
    Path(path).write_text(json.dumps(made, indent=2) + "\n")


def markdown(made, changes, max_loss):
    """`changes` is empty without a baseline."""
    before = {change.case: change for change in changes}
    regressed = [change.case for change in changes if change.regressed]
    machine = made["machine"]
    lines = [
        MARKER,
        "### Throughput of the API, end to end",
        "",
        _verdict(changes, regressed, max_loss),
        "",
        f"{made['date']}, {machine['cores']} cores, Linux {machine['kernel']}{', busy machine' if machine['busy'] else ''}, "
        f"{made['rounds']} rounds. Ratio: how many times as fast as plain grpc-java in the same run (lowest to highest round).",
        f"In force: {', '.join(f'{name} {value}' for name, value in made['inForce'].items())}.",
        "",
        "| case | ratio | | MB/s | plain MB/s | CPU s/GB | plain CPU s/GB | before | change |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    return "\n".join(lines + [_row(case, before.get(case["name"])) for case in made["cases"]]) + "\n"


def _verdict(changes, regressed, max_loss):
    if not changes:
        return "No baseline to compare with."
    if regressed:
        return f"**{len(regressed)} of {len(changes)} cases regressed**: {', '.join(regressed)}."
    return f"No case regressed: none lost more than {max_loss:.0%} of its ratio with spreads that do not touch."


def _row(case, change):
    spread = case["spread"]
    known = change is not None and change.before is not None
    before = f"{change.before:.2f}" if known else "-"
    moved = f"{change.percent():+.0f} %{' **regressed**' if change.regressed else ''}" if known else "-"
    return (
        f"| {case['name']} | {case['ratio']:.2f} | {spread['min']:.2f} to {spread['max']:.2f} | {case['mb_per_second']:.0f} "
        f"| {case['yardstick_mb_per_second']:.0f} | {case['cpu_seconds_per_gb']:.2f} "
        f"| {case['yardstick_cpu_seconds_per_gb']:.2f} | {before} | {moved} |"
    )
