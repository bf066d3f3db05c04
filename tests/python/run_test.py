"""Jobs from Python: the bits of the program, errors as exceptions, signals."""

import contextlib
import io
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import unittest

import numpy as np

import neuralmc
from support import HAS_MPI, InFolder, data_sums, mpirun

ISING = {
    "system": {"name": "ising", "L": 8, "beta": 0.44},
    "sampler": {"name": "metropolis", "chains": 64},
    "run": {"warmup": 10, "draws": 50, "seed": 7},
}


def words(job):
    return [f"--{section}.{key}={value}" for section, keys in job.items() for key, value in keys.items()]


class Jobs(InFolder):
    def test_a_job_from_a_dict_has_the_bits_of_the_program(self):
        run = neuralmc.run(ISING, output={"dir": "mine"})
        printed = self.program("run", *words(ISING), "--output.dir=theirs")
        self.assertEqual(run.directory.name, "mine")
        self.assertEqual(data_sums("mine"), data_sums("theirs"))
        self.assertGreater(len(data_sums("mine")), 5)
        self.assertEqual(run.table.splitlines()[0], printed.splitlines()[0])
        self.assertFalse(run.is_refused)

    def test_a_job_file_with_overrides_and_values_of_numpy(self):
        with open("job.ini", "w") as file:
            file.write("[system]\nname = ising\nL = 4\n[sampler]\nname = wolff\nchains = 4\n")
        run = neuralmc.run("job.ini", run={"draws": np.int64(20), "seed": 2, "warmup": 2},
                           system={"beta": np.float64(0.3)}, output={"observables": ["energy", "m2"]})
        self.assertEqual(str(run.directory), "runs/job")
        self.assertLessEqual({"energy", "m2"}, {row["name"] for row in run.report()})
        posterior = run.open()["posterior"]
        self.assertEqual(dict(posterior.sizes), {"chain": 4, "draw": 20})

    def test_a_sweep_opens_with_its_axis(self):
        run = neuralmc.run(ISING, system={"L": 4, "beta": None}, sweep={"system.beta": [0.3, 0.4]},
                           output={"dir": "sweep"})
        self.assertEqual({row["system.beta"] for row in run.report()}, {0.3, 0.4})
        self.assertEqual(run.open()["sweep"].energy.dims, ("system.beta",))

    def test_errors_are_exceptions_with_the_message_of_the_program(self):
        with self.assertRaises(neuralmc.UserError) as caught:
            neuralmc.run({"system": {"name": "isng"}, "sampler": "wolff"})
        self.assertIn('did you mean "ising"?', str(caught.exception))
        self.assertEqual(caught.exception.exit_code, 2)
        with self.assertRaises(neuralmc.UserError):
            neuralmc.run({"system": "ising", "sampler": {"name": "wolff", "chains": -1}})
        with self.assertRaises(neuralmc.UserError):
            neuralmc.run({"system": 3})
        with self.assertRaises(neuralmc.UserError):
            neuralmc.report("nowhere")
        with self.assertRaises(neuralmc.UserError):
            neuralmc.open("nowhere")
        self.assertEqual(os.listdir("."), [])

    def test_main_prints_on_the_standard_output_of_the_interpreter(self):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            self.assertEqual(neuralmc.main(["list", "systems"]), 0)
            self.assertEqual(neuralmc.main(["nonsense"]), 2)
        self.assertEqual(out.getvalue(), self.program("list", "systems"))
        self.assertIn("unknown verb", err.getvalue())

    def test_other_threads_of_python_go_on_meanwhile(self):
        count, done = 0, threading.Event()

        def work():
            nonlocal count
            while not done.is_set():
                count += 1
                time.sleep(0.001)

        thread = threading.Thread(target=work)
        thread.start()
        neuralmc.exact({"name": "ising", "L": 6, "beta": 0.4}, moments=True)
        before = count
        neuralmc.run(ISING, system={"L": 64}, run={"draws": 5000, "thin": 1}, output={"dir": "mine"})
        done.set()
        thread.join()
        self.assertGreater(count - before, 20)

    def test_a_second_job_in_another_thread_is_refused(self):
        failures = []

        def until_stopped():  # hours of sweeps, and few draws: a small disk takes them
            with self.assertRaises(neuralmc.Interrupted):
                neuralmc.run(ISING, system={"L": 64}, run={"draws": 10_000, "thin": 10_000},
                             output={"dir": "long"})

        thread = threading.Thread(target=until_stopped)
        thread.start()
        until = time.monotonic() + 60
        while not os.path.exists("long/run.lock"):
            self.assertTrue(thread.is_alive() and time.monotonic() < until, "the run does not begin")
            time.sleep(0.01)
        try:
            neuralmc.exact({"name": "ising", "L": 4, "beta": 0.4})
        except neuralmc.UserError as error:
            failures.append(str(error))
        pathlib.Path("long/STOP").touch()
        thread.join()
        self.assertEqual(len(failures), 1)
        self.assertIn("one job at a time", failures[0])


class Numbers(InFolder):
    def test_exact_values_are_those_of_the_program(self):
        import json
        system = {"name": "ising", "L": 4, "beta": 0.44}
        printed = self.program("exact", "--json", *words({"system": system}))
        self.assertEqual(neuralmc.exact(system), json.loads(printed))
        with self.assertRaises(neuralmc.UserError):
            neuralmc.exact({"name": "phi4", "L": 16, "m2": -4, "lambda": 8})

    def test_arrays_are_diagnosed_as_files_are(self):
        import json
        chains = np.random.default_rng(3).normal(size=(4, 500)).cumsum(1)
        np.save("x.npy", chains)
        printed = self.program("diagnose", "--json", "x.npy")
        self.assertEqual(neuralmc.diagnose(chains), [json.loads(printed)])
        self.assertEqual(neuralmc.diagnose("x.npy"), [json.loads(printed)])
        with self.assertRaisesRegex(neuralmc.UserError, "the array") as refused:
            neuralmc.diagnose(np.zeros((5, 4, 3, 2)))
        self.assertNotRegex(str(refused.exception), r"\.npy|--axes")

    def test_a_report_is_that_of_the_program(self):
        import json
        run = neuralmc.run(ISING, output={"dir": "mine"})
        printed = self.program("report", "--json", "mine")
        self.assertEqual(run.report(), [json.loads(line) for line in printed.splitlines()])


STOPPED = """
import signal, sys, neuralmc
job = {"system": {"name": "ising", "L": 64, "beta": 0.44},
       "sampler": {"name": "metropolis", "chains": 64},
       "run": {"warmup": 10, "draws": int(sys.argv[1]), "thin": 4, "seed": 7},
       "output": {"dir": "stopped"}}
print("begins", flush=True)
try:
    neuralmc.run(job)
    print("done")
except neuralmc.Interrupted as error:
    print("interrupted", error.exit_code)
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("the interpreter hears Ctrl-C again")
"""


class Signals(InFolder):
    def test_ctrl_c_stops_at_a_checkpoint_and_the_same_call_resumes(self):
        with open("script.py", "w") as file:
            file.write(STOPPED)
        process = subprocess.Popen([sys.executable, "script.py", "1500"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.assertEqual(process.stdout.readline(), "begins\n")
        until = time.time() + 60
        while not os.path.exists("stopped/status.json") and time.time() < until:
            time.sleep(0.01)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(out, "interrupted 75\nthe interpreter hears Ctrl-C again\n")
        out = self.script(STOPPED, "1500")
        self.assertIn("done\nthe interpreter hears", out)
        whole = ["run", "--system.name=ising", "--system.L=64", "--system.beta=0.44",
                 "--sampler.name=metropolis", "--sampler.chains=64", "--run.warmup=10",
                 "--run.draws=1500", "--run.thin=4", "--run.seed=7", "--output.dir=whole"]
        self.program(*whole, code=4)  # chains of that length are refused
        self.assertEqual(data_sums("stopped"), data_sums("whole"))


# What a process says goes out in one piece: mpirun joins those of both as they come.
RANKS = """
import os, neuralmc
run = neuralmc.run({"system": {"name": "ising", "L": 8, "beta": 0.44},
                    "sampler": {"name": "metropolis", "chains": 64},
                    "run": {"warmup": 10, "draws": 50, "seed": 7}, "output": {"dir": "ranks"}})
rows = run.report()  # on every rank
said = f"rank {neuralmc.rank()} {len(rows)} {run.table != ''}\\n"
try:
    neuralmc.run({"system": {"name": "isng"}, "sampler": "wolff"})
except neuralmc.UserError:
    said += "both are told\\n"
os.write(1, said.encode())
"""


@unittest.skipUnless(HAS_MPI, "built without MPI")
class Ranks(InFolder):
    def test_two_processes_share_a_job(self):
        out = sorted(self.script(RANKS, before=mpirun(2)).splitlines())
        rows = len(neuralmc.run(ISING, output={"dir": "one"}).report())
        self.assertEqual(out, ["both are told"] * 2 + [f"rank 0 {rows} True", f"rank 1 {rows} False"])
        self.assertEqual(data_sums("ranks"), data_sums("one"))


if __name__ == "__main__":
    unittest.main()
