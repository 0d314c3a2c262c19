#!/usr/bin/env python3
"""What counts as a regression, with made-up numbers: python3 bench/test_regression.py. Measures nothing."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import guard, main, regression  # noqa: E402 (after the path is set)
from harness.result import Case  # noqa: E402
from harness.workspace import Unavailable  # noqa: E402


def result(ratio, low, high, name="one a"):
    return {"name": name, "ratio": ratio, "spread": {"min": low, "max": high}}


def case(name, ratio):
    benchmark, rest = name.split(" ", 1)
    return Case(benchmark, rest, True, 1.0, "s", 1.0, ratio)


class Listener:
    """An Output that prints nothing."""

    def __init__(self, said):
        self.note = said.append

    def emit(self, _case):
        pass


class Comparison(unittest.TestCase):
    def regressed(self, now, before):
        return [change.regressed for change in regression.compare([now], [before])]

    def test_a_median_within_the_threshold_is_no_regression_though_the_spreads_are_apart(self):
        self.assertEqual(self.regressed(result(0.76, 0.75, 0.77), result(1.0, 0.99, 1.01)), [False])

    def test_a_median_beyond_the_threshold_whose_spread_touches_is_none(self):
        self.assertEqual(self.regressed(result(0.7, 0.6, 0.9), result(1.0, 0.9, 1.1)), [False])

    def test_a_median_beyond_the_threshold_with_spreads_apart_is_one(self):
        self.assertEqual(self.regressed(result(0.7, 0.6, 0.89), result(1.0, 0.9, 1.1)), [True])

    def test_a_gain_is_none(self):
        self.assertEqual(self.regressed(result(2.0, 1.9, 2.1), result(1.0, 0.9, 1.1)), [False])

    def test_a_new_case_is_compared_with_nothing(self):
        changes = regression.compare([result(0.1, 0.1, 0.1, "one new")], [result(1.0, 0.9, 1.1)])
        self.assertEqual([(change.before, change.percent(), change.regressed) for change in changes], [(None, 0.0, False)])

    def test_a_case_that_is_gone_is_one(self):
        changes = regression.gone([result(1.0, 1.0, 1.0, "one b")], [result(1.0, 0.9, 1.1), result(1.0, 0.9, 1.1, "one b")])
        self.assertEqual([(change.case, change.regressed) for change in changes], [("one a", True)])


class Guarding(unittest.TestCase):
    def setUp(self):
        self.said = []
        self.guard = guard.Guard()

    def ran(self, benchmark, *cases):
        for name, ratio in cases:
            self.guard.add(case(name, ratio))
        self.guard.ended(benchmark)

    def passes(self, *baseline):
        return self.guard.compare(list(baseline), self.said.append)

    def test_the_spread_of_the_baseline_stands_beside_the_new_one(self):
        self.ran("one", ("one a", 0.6), ("one a", 0.7), ("one a", 0.8))
        self.assertFalse(self.passes(result(1.0, 0.9, 1.1)))
        self.assertEqual(self.said[0], "one a: ratio 1 (0.9 to 1.1) -> 0.7 (0.6 to 0.8), -30 %, REGRESSED")

    def test_a_case_that_is_gone_is_said_first(self):
        self.ran("one", ("one a", 1.0))
        self.assertFalse(self.passes(result(1.0, 0.9, 1.1), result(2.0, 1.9, 2.1, "one b c")))
        self.assertEqual(self.said[0], "one b c: ratio 2 (1.9 to 2.1) in the baseline, GONE")
        self.assertIn("1 of 2 cases", self.said[-1])

    def test_cases_of_a_benchmark_that_did_not_end_are_not_gone(self):
        self.ran("one", ("one a", 1.0))
        self.guard.add(case("two a", 1.0))
        self.assertTrue(self.passes(*(result(1.0, 0.9, 1.1, name) for name in ("one a", "two a", "two b", "three a"))))

    def test_a_new_case_passes_and_is_said(self):
        self.ran("one", ("one new", 0.1))
        self.assertTrue(self.passes())
        self.assertEqual(self.said[0], "one new: ratio 0.1 (0.1 to 0.1), not in the baseline")

    def test_an_update_drops_what_is_gone_and_keeps_what_did_not_run(self):
        self.ran("one", ("one a", 1.0))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "baseline.json"
            file.write_text(json.dumps([result(2.0, 2.0, 2.0, name) for name in ("one a", "one b", "two a")]))
            self.guard.update(file)
            self.assertEqual([(known["name"], known["ratio"]) for known in guard.read(file)], [("one a", 1.0), ("two a", 2.0)])


class Command(unittest.TestCase):
    """bench/run with benchmarks that are lists of results, or that raise."""

    def setUp(self):
        known = main.BENCHMARKS, main.tools.build, main.Output, sys.argv
        self.addCleanup(self.restore, *known)
        self.said = []
        main.tools.build = lambda: None
        main.Output = lambda _json: Listener(self.said)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.baseline = Path(folder.name) / "baseline.json"
        self.baseline.write_text(json.dumps([result(1.0, 0.9, 1.1), result(1.0, 0.9, 1.1, "two a")]))

    def restore(self, *known):
        main.BENCHMARKS, main.tools.build, main.Output, sys.argv = known

    def ends_with(self, *options, **benchmarks):
        main.BENCHMARKS = tuple(main.Benchmark(name, "", self.benchmark(does)) for name, does in benchmarks.items())
        sys.argv = ["run", "all", "--work", self.folder, *options]
        return main.main()

    def benchmark(self, does):
        def run(_context):
            if isinstance(does, Exception):
                raise does
            yield from does

        return run

    def compared(self, **benchmarks):
        return self.ends_with("--compare", str(self.baseline), **benchmarks)

    def test_what_moved_not_passes(self):
        self.assertEqual(self.compared(one=[case("one a", 1.0)], two=[case("two a", 1.0)]), 0)

    def test_a_failure_is_named_and_the_others_are_compared(self):
        for failure in (RuntimeError("broken"), Unavailable("no fio"), subprocess.TimeoutExpired("fio", 1)):
            self.said.clear()
            self.assertEqual(self.compared(one=failure, two=[case("two a", 1.0)]), main.EXIT_FAILED)
            self.assertIn("failed or could not run: one", self.said)
            self.assertIn("two a: ratio 1 (0.9 to 1.1) -> 1 (1 to 1), +0 %", self.said)

    def test_a_regression_beside_a_failure_is_a_regression(self):
        self.assertEqual(self.compared(one=RuntimeError("broken"), two=[case("two a", 0.1)]), main.EXIT_REGRESSED)

    def test_a_case_that_is_gone_is_a_regression(self):
        self.assertEqual(self.compared(one=[], two=[case("two a", 1.0)]), main.EXIT_REGRESSED)

    def test_a_run_with_a_failure_updates_nothing(self):
        before = self.baseline.read_text()
        ended = self.ends_with("--update", str(self.baseline), one=RuntimeError("broken"), two=[case("two a", 2.0)])
        self.assertEqual((ended, self.baseline.read_text()), (main.EXIT_FAILED, before))

    def test_a_baseline_that_cannot_be_read_is_told_before_anything_runs(self):
        self.baseline.write_text("{")
        with self.assertRaisesRegex(SystemExit, "is no baseline"):
            self.compared(one=[case("one a", 1.0)])
        self.assertEqual(self.said, [])


if __name__ == "__main__":
    unittest.main()
