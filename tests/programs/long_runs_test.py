"""Runs whose draws do not fit into the memory they are given."""

import os
import signal
import subprocess
import time
import unittest

from program import NMC, ProgramTest, differences

ISING = ("--system.name=ising", "--system.L=4", "--system.beta=0.3", "--sampler.name=metropolis",
         "--sampler.chains=64", "--run.thin=1", "--run.seed=3")
# Every part of a result: pairs, a ladder, configurations, correlations.
LADDER = ("--system.name=edwards_anderson", "--system.L=4", "--system.beta=0.8",
          "--sampler.name=tempering", "--sampler.chains=8", "--run.draws=60", "--run.seed=3",
          "--output.configurations=every 7", "--output.correlations=all")


class Memory(ProgramTest):
    def run_to(self, directory, *words, **options):
        self.nmc("run", *words, f"--output.dir={directory}", **options)
        return self.directory / directory / "result.h5"

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


if __name__ == "__main__":
    unittest.main()
