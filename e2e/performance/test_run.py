#!/usr/bin/env python3
"""Tests of e2e/performance/run: python3 e2e/performance/test_run.py. Those of SlowedServer start real processes and need root."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "bench")]

from harness import regression  # noqa: E402 (after the path is set)
from suite import main, report, sides, validation, wire  # noqa: E402
from suite.cases import cases  # noqa: E402

# One case, so that it takes a minute or two. A server that rests nearly all the time loses far more than a quarter, however
# busy the machine is.
ONE_CASE = "^get-4MiB-4$"
SLOWED_PERCENT = 95
RUN_SECONDS = 300


def result(ratio, low, high, name="get-4MiB-4"):
    return {"name": name, "ratio": ratio, "spread": {"min": low, "max": high}}


class Comparison(unittest.TestCase):
    def regressed(self, now, before):
        return [change.case for change in regression.compare([now], [before]) if change.regressed]

    def test_a_case_that_lost_more_than_the_threshold_outside_of_its_spread_regressed(self):
        self.assertEqual(self.regressed(result(0.7, 0.6, 0.8), result(1.0, 0.9, 1.1)), ["get-4MiB-4"])

    def test_a_loss_within_the_threshold_is_none(self):
        self.assertEqual(self.regressed(result(0.8, 0.79, 0.81), result(1.0, 0.95, 1.1)), [])

    def test_a_loss_whose_spreads_touch_is_noise(self):
        self.assertEqual(self.regressed(result(0.7, 0.5, 0.95), result(1.0, 0.9, 1.1)), [])

    def test_a_case_that_the_baseline_does_not_have_is_compared_with_nothing(self):
        changes = regression.compare([result(0.1, 0.1, 0.1, "new")], [result(1.0, 0.9, 1.1)])
        self.assertEqual([(change.before, change.regressed) for change in changes], [(None, False)])

    def test_the_summary_names_what_regressed(self):
        before, now = result(1.0, 0.9, 1.1), result(0.5, 0.4, 0.6)
        now.update(mb_per_second=1, yardstick_mb_per_second=1, cpu_seconds_per_gb=1, yardstick_cpu_seconds_per_gb=1)
        made = {"date": "", "machine": {"cores": 2, "kernel": "6", "busy": False}, "rounds": 3, "inForce": {}, "cases": [now]}
        text = report.markdown(made, regression.compare([now], [before]), regression.MAX_LOSS)
        self.assertIn("1 of 1 cases regressed**: get-4MiB-4", text)
        self.assertIn("-50 % **regressed**", text)


class Configuration(unittest.TestCase):
    def test_a_value_that_is_not_in_force_ends_the_run_and_is_named(self):
        with self.assertRaisesRegex(validation.NotInForce, "mesh.windowBytes: the configuration says 4, .* shows 1"):
            validation.expect("mesh.windowBytes", "the server's SETTINGS", 4, 1)

    def test_settings_and_window_are_read_from_the_bytes_of_the_connection(self):
        frames = bytes.fromhex("00000c0400000000000003000004000004003fffff 0000040800000000000000ffff")
        with tempfile.TemporaryFile() as stream:
            stream.write(frames)
            stream.seek(0)
            settings, window = wire._said(stream)
        self.assertEqual(settings, {wire.MAX_CONCURRENT_STREAMS: 1024, wire.INITIAL_WINDOW_SIZE: 0x3FFFFF})
        self.assertEqual(window, 65_535 + 65_535)

    def test_sizes_of_the_configuration_are_bytes(self):
        self.assertEqual([validation.bytes_of(text) for text in ("4MiB", "4096", 5)], [4 << 20, 4096, 5])


class Cases(unittest.TestCase):
    def test_the_table_has_every_operation_size_and_concurrency_once(self):
        self.assertEqual(len({(case.operation, case.size, case.concurrency) for case in cases()}), 4 * 3 * 3)


class SlowedServer(unittest.TestCase):
    def test_a_slowed_server_is_a_regression_and_nothing_is_left_behind(self):
        with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
            baseline = str(Path(folder) / "baseline.json")
            self.assertEqual(self.run_it(folder, "--update", baseline), 0)
            slowed = self.run_it(folder, "--compare", baseline, "--slowed-percent", str(SLOWED_PERCENT))
            self.assertEqual(slowed, main.EXIT_REGRESSED)
            self.assertEqual([case["name"] for case in json.loads(Path(baseline).read_text())["cases"]], ["get-4MiB-4"])
            self.assertEqual([left.name for left in Path(folder).iterdir()], ["baseline.json"])
            self.assertEqual(sides.process.mentioning(folder), [])

    def run_it(self, folder, *options):
        command = [str(HERE / "run"), "--quick", "--only", ONE_CASE, "--work", folder, *options]
        return subprocess.run(command, timeout=RUN_SECONDS, check=False).returncode


if __name__ == "__main__":
    unittest.main()
