"""e2e/performance/run: 36 cases against the yardstick, compared with a baseline; it leaves nothing behind."""

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from harness import regression, tools
from harness.context import Context
from harness.main import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_UNAVAILABLE, EXIT_USAGE
from harness.result import Output
from harness.workspace import Unavailable, Workspace

from . import measure, report, sides
from .cases import cases
from .validation import NotInForce, validate

EXIT_REGRESSED = 4
EXIT_NOT_IN_FORCE = 5
WARM_BYTES = 4 << 20

# Their defaults, written down: what is validated is a value that was asked for.
MESH = {"windowBytes": "4MiB", "maxStreams": 1024, "bulk": True}


def main():
    arguments = _parse()
    wanted = [case for case in cases() if re.search(arguments.only, case.name)]
    if arguments.list:
        print("\n".join(case.name for case in wanted))
        return 0
    output = Output(json_only=False)
    try:
        baseline = _baseline(arguments.compare)
    except (OSError, ValueError, RuntimeError) as error:
        return _failed(output, f"--compare: {error}", EXIT_USAGE)
    signal.signal(signal.SIGTERM, _interrupt)
    began = time.monotonic()
    workspace = Workspace(arguments.work)
    try:
        tools.fuse()
        tools.build()
        tools.rehearse()
        made, changes = _run(Context(workspace, not arguments.quick, output), wanted, arguments, baseline)
    except Unavailable as missing:
        return _failed(output, f"cannot run: {missing}", EXIT_UNAVAILABLE)
    except NotInForce as wrong:
        return _failed(output, str(wrong), EXIT_NOT_IN_FORCE)
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        return _failed(output, f"failed: {error}", EXIT_FAILED)
    finally:
        workspace.close()
    _write(arguments, made, report.markdown(made, changes, arguments.max_loss))
    output.note(f"{len(made['cases'])} cases took {time.monotonic() - began:.0f} s")
    return EXIT_REGRESSED if any(change.regressed for change in changes) else 0


def _run(context, wanted, arguments, baseline):
    effort = measure.QUICK if arguments.quick else measure.WHOLE
    busy = os.getloadavg()[0] > os.cpu_count() / 2
    files = sides.Files(context, {case.size for case in wanted} | {WARM_BYTES})
    ours, config = sides.ours(context, files, MESH)
    yardstick = sides.yardstick(context, files)
    for size in {case.size for case in wanted} | {WARM_BYTES}:
        ours.ask("once", files.name(size))
    in_force = validate(context, ours, config, files, WARM_BYTES)
    measure.warm(ours, yardstick, files.name(WARM_BYTES), effort)
    with measure.slowed(ours.server_pid, arguments.slowed_percent):
        results = [_measured(context, case, ours, yardstick, files, effort) for case in wanted]
        changes = regression.compare([result.json() for result in results], baseline, arguments.max_loss)
        suspects = {change.case for change in changes if change.regressed}
        if suspects:
            # A neighbour of the machine may have done it: what has regressed does so twice.
            context.note(f"measured once more: {', '.join(sorted(suspects))}")
            again = {c.name: _measured(context, c, ours, yardstick, files, effort) for c in wanted if c.name in suspects}
            results = [again.get(result.name, result) for result in results]
            changes = regression.compare([result.json() for result in results], baseline, arguments.max_loss)
    return report.document(results, in_force, effort, busy), changes if baseline else []


def _measured(context, case, ours, yardstick, files, effort):
    result = measure.measure(case, ours, yardstick, files.name(case.size), effort)
    context.note(
        f"{result.name:18} {result.ratio:6.2f} x ({result.spread['min']:.2f} to {result.spread['max']:.2f})"
        f" {result.mb_per_second:7.0f} MB/s, plain {result.yardstick_mb_per_second:7.0f} MB/s"
    )
    return result


def _baseline(path):
    return report.read(path)["cases"] if path else []


def _write(arguments, made, text):
    print(text)
    if arguments.json:
        report.write(arguments.json, made)
    if arguments.markdown:
        Path(arguments.markdown).write_text(text)
    if arguments.update:
        report.write(arguments.update, made)


def _failed(output, message, code):
    output.note(message)
    return code


def _parse():
    parser = argparse.ArgumentParser(
        prog="e2e/performance/run",
        description="Measures an agent's API end to end in 36 cases, each against plain grpc-java in the same run. Needs root.",
        epilog="exit codes: 1 failed, 2 usage, 3 something is missing, 4 a case regressed, 5 the configuration is not in force",
    )
    parser.add_argument("--quick", action="store_true", help="3 short rounds instead of 7 longer ones")
    parser.add_argument("--json", metavar="FILE", help="write the results there")
    parser.add_argument("--markdown", metavar="FILE", help="write the summary there too")
    parser.add_argument("--compare", metavar="BASELINE", help="compare with the results of an earlier run")
    parser.add_argument("--update", metavar="BASELINE", help="write the results there as the new baseline")
    parser.add_argument("--list", action="store_true", help="name the cases")
    parser.add_argument("--only", metavar="REGEX", default="", help="only cases whose name this is found in")
    parser.add_argument("--max-loss", type=float, default=regression.MAX_LOSS, metavar="SHARE",
                        help="share of its ratio that a case may lose (default: %(default)s)")  # fmt: skip
    parser.add_argument("--slowed-percent", type=int, default=0, choices=range(0, 96), metavar="PERCENT",
                        help="stop the agent for this share of the time: to try the comparison")  # fmt: skip
    parser.add_argument("--work", default="/var/tmp", help="folder for data and state (default: %(default)s)")
    return parser.parse_args()


def _interrupt(_number, _frame):
    raise KeyboardInterrupt


def command_line():
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
