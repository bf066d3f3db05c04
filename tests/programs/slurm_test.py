"""Runs in a real Slurm, started here: signals, requeues, arrays, cancels, ranks on two nodes.

Every job ends, however often it was interrupted, with the bits of a run that was not."""

import hashlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

from program import NMC, datasets
from slurm_cluster import Cluster, missing

CLUSTERS = Path(__file__).resolve().parents[2] / "examples/clusters"
JOB = """[system]
name = ising
L = 8
beta = 0.4
[sampler]
name = metropolis
chains = 8
[run]
warmup = 10
draws = 400
thin = 1000
seed = 3
threads = 1
checkpoint = 0.3s
[output]
observables = energy, m2
"""
SWEEP = JOB.replace("draws = 400", "draws = 60").replace("beta = 0.4\n", "") + """[sweep]
system.beta = 0.3, 0.35, 0.4, 0.42, 0.44, 0.5
"""
# Of one job: more than passes between its submission and the signal, however fast the machine.
CPU_SECONDS = 6
SHORT, LONG = "--time=1", "--time=20"
# Sent at the next look at the clock, whatever time is left.
AT_ONCE = 50
SIGNALLED = {"step_term": ("slurm_job.sh", "TERM"), "step_usr1": ("slurm_mpi.sh", "USR1"),
             "batch_term": (None, "B:TERM"), "batch_usr1": ("slurm_mpirun.sh", "B:USR1")}


def sha256(path):
    whole = hashlib.sha256()
    for name, values in sorted(datasets(path).items()):
        is_text = values.dtype.kind == "O"
        whole.update(name.encode() + (repr(values.tolist()).encode() if is_text else values.tobytes()))
    return whole.hexdigest()


@unittest.skipIf(missing(), missing())
class Slurm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.here = Path(tempfile.mkdtemp(prefix="nmc-slurm-"))
        cls.addClassCleanup(shutil.rmtree, cls.here, ignore_errors=True)
        cls.slurm = Cluster(cls.here / "slurm")
        cls.addClassCleanup(cls.slurm.stop)
        cls.slurm.start()
        (cls.here / "job.ini").write_text(JOB)
        (cls.here / "job.ini").write_text(JOB.replace("draws = 400", f"draws = {cls.draws()}"))
        (cls.here / "bin").mkdir()
        (cls.here / "bin/nmc").symlink_to(Path(NMC).resolve())
        cls.slurm.environment["PATH"] = f"{cls.here}/bin:" + cls.slurm.environment["PATH"]
        (cls.here / "sweep.ini").write_text(SWEEP)
        (cls.here / "exec.sh").write_text("#!/bin/bash\nexec nmc run \"$@\"\n")
        cls.undisturbed = threading.Thread(target=cls.run_undisturbed)
        cls.undisturbed.start()
        cls.addClassCleanup(cls.undisturbed.join)

    @classmethod
    def nmc(cls, job, directory):
        subprocess.run([NMC, "run", f"{job}.ini", f"--output.dir={cls.here}/{directory}"],
                       cwd=cls.here, env=cls.slurm.environment, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)

    @classmethod
    def draws(cls):
        """As many as take so much time."""
        start = 0.1
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        cls.nmc("job", "short")
        spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        return int(400 * CPU_SECONDS / max(spent - start, 0.05))

    @classmethod
    def run_undisturbed(cls):
        for job in ("job", "sweep"):
            cls.nmc(job, f"whole_{job}")

    def submit(self, script, name, *words, options=()):
        path = CLUSTERS / script if script else self.here / "exec.sh"
        job = "sweep.ini" if script == "slurm_array.sh" else "job.ini"
        number = self.slurm.run("sbatch", "--parsable", "--cpus-per-task=1", f"--output={name}-%a.out",
                                "--open-mode=append", *options, str(path), job,
                                f"--output.dir={name}", *words, cwd=self.here)
        self.assertTrue(number, self.slurm.logs())
        return number

    def said(self, name):
        return "\n".join(path.read_text() for path in sorted(self.here.glob(f"{name}-*.out")))

    def state(self, name):
        path = self.here / name / "status.json"
        return json.loads(path.read_text())["state"] if path.exists() else ""

    def wait_until(self, name, condition, what):
        try:
            self.slurm.wait(condition, f"{name}: {what}", 120)
        except AssertionError as error:
            self.fail(f"{error}\n{name}: state {self.state(name)}\n{self.said(name)}")

    def wait_for_checkpoint(self, name):
        self.wait_until(name, (self.here / name / "sample.h5").exists, "no checkpoint")

    def wait_for_end(self, name, state="done"):
        self.wait_until(name, lambda: self.state(name) == state, f"not {state}")

    def events(self, name):
        lines = (self.here / name / "log.jsonl").read_text().splitlines()
        return [json.loads(line)["event"] for line in lines]

    def require_whole(self, name, stops=1):
        """Done with the bits of the undisturbed run, after as many stops at least."""
        self.wait_for_end(name)
        self.undisturbed.join()
        self.assertGreaterEqual(self.events(name).count("start"), stops + 1, self.said(name))
        self.assertEqual(sha256(self.here / name / "result.h5"),
                         sha256(self.here / "whole_job/result.h5"), name)

    def gone(self, number):
        return not self.slurm.run("squeue", "-h", "-j", number, "-t", "PD,R,CG,S,CF", "-o", "%T")

    # The tests go by their names' order: what is short fills the time to the first signal.

    def test_1_cancelled_and_requeued_jobs_and_ranks_on_two_nodes_go_on(self):
        cancelled = self.submit("slurm_job.sh", "cancelled", options=[LONG])
        requeued = self.submit(None, "requeued", options=[LONG])
        ranks = self.submit("slurm_mpi.sh", "ranks", options=[LONG])
        for name in ("cancelled", "requeued", "ranks"):
            self.wait_for_checkpoint(name)
        self.slurm.run("scancel", cancelled)
        self.slurm.run("scontrol", "requeue", requeued)
        self.slurm.run("scancel", "--signal=USR2", ranks)
        self.wait_for_end("cancelled", "stopped")
        # Its script may not queue again what its user has taken away.
        self.wait_until("cancelled", lambda: self.gone(cancelled), "still queued")
        self.submit("slurm_job.sh", "cancelled", options=[LONG])

    def test_2_signals_ahead_of_the_end(self):
        self.slurm.wait_for_look(ahead=7)
        jobs = {name: self.submit(script, name, options=[SHORT, f"--signal={signal}@{AT_ONCE}"])
                for name, (script, signal) in SIGNALLED.items()}
        for name in SIGNALLED:
            self.wait_until(name, lambda: "stopped" in self.events(name)
                            if (self.here / name / "log.jsonl").exists() else False, "no signal")
            self.slurm.run("scontrol", "update", f"JobId={jobs[name]}", "TimeLimit=20")
        # These two do not queue themselves again.
        for name in ("batch_term", "batch_usr1"):
            self.wait_until(name, lambda: self.gone(jobs[name]), "still there")
            self.assertEqual(self.state(name), "stopped")
            self.submit(SIGNALLED[name][0], name, options=[LONG])

    def test_3_the_tasks_of_a_sweep_by_an_array(self):
        self.submit("slurm_array.sh", "array", options=["--array=0-3", LONG])
        self.wait_for_end("array")
        self.undisturbed.join()
        for path in (self.here / "whole_sweep").glob("*/result.h5"):
            self.assertEqual(sha256(self.here / "array" / path.parent.name / "result.h5"), sha256(path))
        self.assertEqual(sha256(self.here / "array/sweep.h5"), sha256(self.here / "whole_sweep/sweep.h5"))
        self.assertEqual(self.said("array").count("this start stops with a checkpoint in"), 4)

    def test_4_tasks_that_do_not_find_each_other_are_refused(self):
        done = subprocess.run(["srun", "-n", "2", "--mpi=none", "nmc", "run", "job.ini",
                               "--output.dir=alone"], cwd=self.here, env=self.slurm.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count("type srun --mpi=pmix nmc ..."), 1, done.stderr)
        self.assertFalse((self.here / "alone").exists())

    def test_5_all_of_them_end_with_the_same_bits(self):
        for name in ("cancelled", "requeued", "ranks", *SIGNALLED):
            with self.subTest(job=name):
                self.require_whole(name)
        self.assertEqual(json.loads((self.here / "ranks/status.json").read_text())["ranks"], 2)
        # Slurm before 23.02 tells its end when it is asked; the signal comes before it.
        self.assertIn("this start stops with a checkpoint in", self.said("step_usr1"))


if __name__ == "__main__":
    if missing():
        print("SKIP:", missing())
        sys.exit(0)
    unittest.main()
