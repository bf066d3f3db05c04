"""Runs whose draws do not fit into the memory they are given."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import unittest

import h5py
import numpy as np

from program import DONE, NMC, ProgramTest, differences

ISING = ("--system.name=ising", "--system.L=4", "--system.beta=0.3", "--sampler.name=metropolis",
         "--sampler.chains=64", "--run.thin=1", "--run.seed=3")
# Every part of a result: pairs, a ladder, configurations, correlations.
LADDER = ("--system.name=edwards_anderson", "--system.L=4", "--system.beta=0.8",
          "--sampler.name=tempering", "--sampler.chains=8", "--run.draws=60", "--run.seed=3",
          "--output.configurations=every 7", "--output.correlations=all")


class MeasuredTest(ProgramTest):
    def run_to(self, directory, *words, **options):
        self.nmc("run", *words, f"--output.dir={directory}", **options)
        return self.directory / directory / "result.h5"

    def measured(self, *words):
        """What a call gives, and the most memory it took in MB."""
        script = ("import resource, subprocess, sys; code = subprocess.call(sys.argv[1:]); "
                  "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); "
                  "sys.exit(code)")
        done = subprocess.run([sys.executable, "-c", script, NMC, *map(str, words)],
                              cwd=self.directory, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=dict(os.environ, OMP_NUM_THREADS="1"))
        return done, int(done.stderr.split()[-1]) / 1e3


class Memory(MeasuredTest):
    def test_does_not_grow_with_the_draws(self):
        # Held at once these draws were 2 GB.
        command = [NMC, "sample", *ISING, "--run.draws=300000", "--run.memory=8 MB",
                   "--output.dir=out"]
        running = subprocess.Popen(command, cwd=self.directory, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        parts = self.directory / "out" / "parts"
        try:
            while running.poll() is None and (not parts.exists() or len(os.listdir(parts)) < 20):
                time.sleep(0.05)
            with open(f"/proc/{running.pid}/status") as status:
                most = [line for line in status if line.startswith("VmHWM")][0]
            self.assertLess(int(most.split()[1]) / 1e3, 150, most)
            running.send_signal(signal.SIGTERM)
            self.assertEqual(running.wait(timeout=5), 75)
        finally:
            running.kill()
            running.wait()

    def test_results_do_not_depend_on_it(self):
        for job in (ISING + ("--run.draws=300",), LADDER):
            whole = self.run_to(f"whole{len(job)}", *job)
            parts = self.run_to(f"parts{len(job)}", *job, "--run.memory=100 kB")
            self.assertGreater(len(list((parts.parent / "parts").iterdir())), 1)
            self.assertEqual(differences(whole, parts), [])
            ranks = self.run_to(f"ranks{len(job)}", *job, "--run.memory=100 kB", ranks=2)
            self.assertEqual(differences(whole, ranks), [])

    def test_that_holds_one_draw_is_enough(self):
        job = ISING + ("--run.draws=20",)
        whole, single = self.run_to("whole", *job), self.run_to("one", *job, "--run.memory=1 B")
        self.assertEqual(len(list((single.parent / "parts").iterdir())), 20)
        self.assertEqual(differences(whole, single), [])

    def test_is_refused_without_a_unit(self):
        done = self.nmc("run", *ISING, "--run.memory=100", "--output.dir=out", code=2)
        self.assertIn("run.memory = 100: a size with its unit is needed", done.stderr)
        self.assertEqual(self.files(), [])

    def test_of_a_run_may_change_on_resume(self):
        whole = self.run_to("whole", *ISING, "--run.draws=400")
        self.run_to("grown", *ISING, "--run.draws=100", "--run.memory=50 kB")
        grown = self.run_to("grown", *ISING, "--run.draws=400", "--run.memory=200 kB")
        self.assertEqual(differences(whole, grown), [])

    def test_of_a_report_does_not_grow_with_the_draws(self):
        # 25 columns of 13 million numbers, 2.5 GB in all, if they were read at once.
        path = self.directory / "large.h5"
        self.run_to("small", *ISING, "--run.draws=200")
        shutil.copy(self.directory / "small" / "result.h5", path)
        with h5py.File(path, "r+") as file:
            for group in ("posterior", "sample_stats"):
                for name in [n for n in file[group] if n not in ("chain", "draw")]:
                    draws = np.tile(file[group][name][()], 1024)
                    attributes = {k: v for k, v in file[group][name].attrs.items()
                                  if k not in ("DIMENSION_LIST", "REFERENCE_LIST")}
                    del file[group][name]
                    file[group].create_dataset(name, data=draws).attrs.update(attributes)
        done, most = self.measured("report", path)
        self.assertIn(done.returncode, DONE, done.stderr)
        self.assertLess(most, 800)
        self.assertIn("energy ", done.stdout)


def number_of(text, word):
    """The bytes that a line of nmc check tells: "memory    about 45 MB"."""
    value, unit = re.search(rf"^{word} +about ([0-9.]+) ([kMGT]?B)", text, re.MULTILINE).groups()
    return float(value) * 1000 ** ("B", "kB", "MB", "GB", "TB").index(unit)


class Check(MeasuredTest):
    def test_says_what_the_files_and_the_memory_of_a_run_will_be(self):
        # With memory for so few draws there are two checkpoints, which is what is told.
        jobs = {"few": ISING + ("--run.draws=2000", "--run.memory=8 MB"),
                "many": ISING + ("--run.draws=10000", "--run.memory=40 MB"),
                "ladder": LADDER + ("--run.memory=2 MB",),
                "field": ("--system.name=phi4", "--system.L=6", "--sampler.name=hmc",
                          "--sampler.chains=16", "--run.draws=200", "--output.configurations=all")}
        for name, job in jobs.items():
            job = job + ("--run.threads=1", f"--output.dir={name}")
            told = self.nmc("check", *job).stdout
            done, most = self.measured("run", *job)
            self.assertIn(done.returncode, DONE, done.stderr)
            disk = sum(path.stat().st_size for path in (self.directory / name).rglob("*"))
            self.assertLess(abs(number_of(told, "disk") / disk - 1), 0.2, (name, disk, told))
            self.assertLess(abs(number_of(told, "memory") / (1e6 * most) - 1), 0.2,
                            (name, most, told))

    def test_and_run_refuse_what_the_disk_cannot_hold(self):
        for verb in ("check", "run"):
            done = self.nmc(verb, *ISING, "--sampler.chains=100000", "--run.draws=1000000000",
                            "--output.dir=out", code=2)
            self.assertRegex(done.stderr, r"would write [0-9.]+ PB and .* are free in .*: set "
                                          "run.thin and fewer run.draws")
            self.assertEqual(self.files(), [])

    def test_and_run_refuse_what_the_memory_cannot_hold(self):
        for verb in ("check", "run"):
            command = [NMC, verb, *ISING, "--run.draws=200000", "--run.memory=2 GB",
                       "--output.dir=out"]
            limit = 1_000_000_000
            done = subprocess.run(command, cwd=self.directory, text=True, stderr=subprocess.PIPE,
                                  stdout=subprocess.PIPE, preexec_fn=lambda: resource.setrlimit(
                                      resource.RLIMIT_AS, (limit, limit)))
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertRegex(done.stderr, r"would take 1.* GB of memory and [0-9.]+ MB are free: set a "
                                          "smaller run.memory")
            self.assertEqual(self.files(), [])


class Stops(ProgramTest):
    """A signal in what comes after the last draw."""

    def start(self, *words):
        return subprocess.Popen([NMC, "run", *ISING, *words], cwd=self.directory, text=True,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def test_a_merge_is_stopped_and_done_anew(self):
        words = ("--run.draws=20000", "--output.dir=out")
        running = self.start(*words)
        sample = self.directory / "out" / "sample.h5"
        merged = self.directory / "out"
        while running.poll() is None and not list(merged.glob("result.h5.*.tmp")):
            time.sleep(0.01)
        running.send_signal(signal.SIGTERM)
        _, message = running.communicate(timeout=5)
        self.assertEqual(running.returncode, 75, message)
        self.assertTrue(sample.exists())
        self.assertEqual(list(merged.glob("*.tmp")), [])
        if not (merged / "result.h5").exists():
            self.assertIn("all draws are in", message)
        self.nmc("sample", *ISING, *words)
        self.nmc("sample", *ISING, "--run.draws=20000", "--output.dir=whole")
        self.assertEqual(differences(self.directory / "whole" / "result.h5",
                                     merged / "result.h5"), [])

    def test_a_report_is_ended_with_the_way_to_it(self):
        running = self.start("--run.draws=60000", "--output.dir=out")
        result = self.directory / "out" / "result.h5"
        while running.poll() is None and not result.exists():
            time.sleep(0.01)
        running.send_signal(signal.SIGTERM)
        _, message = running.communicate(timeout=5)
        self.assertEqual(running.returncode, 75, message)
        self.assertIn("nmc report out prints its table", message)


class Damage(ProgramTest):
    """Of a file of a run every so many bytes are flipped: refused, or the very same numbers."""

    def flipped(self, path, step, ask):
        whole = path.read_bytes()
        for at in range(step // 2, len(whole), step):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1:])
            yield at, ask()
        path.write_bytes(whole)

    def test_of_a_result_is_seen_by_report_and_diagnose(self):
        self.nmc("run", *LADDER, "--output.dir=out")
        path = self.directory / "out" / "result.h5"
        for verb in ("report", "diagnose"):
            def ask():
                return self.nmc(verb, "out/result.h5", "--json", code=None)
            sound = ask()
            self.assertIn(sound.returncode, DONE)
            refused = 0
            for at, done in self.flipped(path, max(1000, path.stat().st_size // 40), ask):
                if done.returncode == 2:
                    refused += 1
                    self.assertIn("damaged", done.stderr, at)
                else:
                    self.assertEqual((done.returncode, done.stdout),
                                     (sound.returncode, sound.stdout), at)
            self.assertGreater(refused, 35)

    def test_of_a_part_is_drawn_again_where_a_checkpoint_lies_before_it(self):
        job = ISING + ("--run.memory=100 kB",)
        self.nmc("run", *job, "--run.draws=120", "--output.dir=whole")
        self.nmc("run", *job, "--run.draws=60", "--output.dir=out")
        begun = self.directory / "begun"
        os.rename(self.directory / "out", begun)
        parts = sorted((begun / "parts").iterdir())
        self.assertGreater(len(parts), 2)
        for part, is_newest in ((parts[-1], True), (parts[0], False)):
            content = part.read_bytes()
            for at in range(500, len(content), len(content) // 5):
                shutil.rmtree(self.directory / "out", ignore_errors=True)
                shutil.copytree(begun, self.directory / "out")
                damaged = content[:at] + bytes([content[at] ^ 0x5A]) + content[at + 1:]
                (self.directory / "out" / "parts" / part.name).write_bytes(damaged)
                done = self.nmc("run", *job, "--run.draws=120", "--output.dir=out",
                                code=DONE if is_newest else 2)
                self.assertIn(f"{part.name} is damaged", done.stderr)
                if is_newest:
                    self.assertIn("are lost and drawn again", done.stderr)
                    self.assertEqual(differences(self.directory / "whole" / "result.h5",
                                                 self.directory / "out" / "result.h5"), [])
                else:
                    self.assertIn("--restart", done.stderr)

    def test_files_without_checksums_are_read(self):
        self.nmc("run", *ISING, "--run.draws=50", "--output.dir=out")
        sealed = self.nmc("report", "out", "--json").stdout
        with h5py.File(self.directory / "out" / "result.h5", "r+") as file:
            file.flush()
        self.assertNotIn(b"nmc seal", (self.directory / "out" / "result.h5").read_bytes()[-64:])
        self.assertEqual(self.nmc("report", "out", "--json").stdout, sealed)


if __name__ == "__main__":
    unittest.main()
