"""Faults of the place that a run writes to, clocks that were set back, and starts that race: a clear
message and exit code (2 where the user must act, 75 where the same command goes on once the fault
is gone), no crash and no hang."""

import json
import os
import shutil
import signal
import subprocess
import time
import unittest

from full_disk_test import Disk
from kill_cases import CASES
from live_run_test import SWEEP
from program import DONE, NMC, ProgramTest, differences

SOON = 60  # seconds; a hang has no end
HAS_MPI = os.environ.get("NMC_HAS_MPI") == "1"
JOB = CASES["classical"][1]
FAR = "2190-01-01T00:00:00Z"
PAIRS = 8


class Faults(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("job.ini", JOB)
        self.out = self.directory / "out"

    def start(self, *words, ranks=None):
        command = [NMC, "run", "job.ini", *words]
        if ranks:
            command = ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(ranks), *command]
        process = subprocess.Popen(command, cwd=self.directory, text=True,
                                   env=dict(os.environ, OMP_NUM_THREADS="1"),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def wait_for(self, path):
        end = time.monotonic() + SOON
        while not path.exists():
            self.assertLess(time.monotonic(), end, f"{path} does not come")
            time.sleep(0.005)

    def end(self, process, code):
        out, err = process.communicate(timeout=SOON)
        self.assertIn(process.returncode, code if isinstance(code, tuple) else (code,), out + err)
        self.assertNotIn("defect", err)
        return err

    def half(self, *words):
        """A run that was killed after its first checkpoint."""
        process = self.start(*words)
        self.wait_for(self.out / "parts/draws_000000000000.h5")
        process.kill()
        process.wait()

    def whole(self):
        self.nmc("run", "job.ini", "--output.dir=whole")
        return self.directory / "whole/result.h5"


class Places(Faults):
    def mounted(self):
        try:
            disk = Disk(self.directory / "disk")
        except (OSError, subprocess.CalledProcessError) as error:
            self.skipTest(f"no file system in memory can be mounted here: {error}")
        self.addCleanup(disk.unmount)
        return disk

    @staticmethod
    def remount(disk, how):
        # Refused as long as a file is open for writing.
        for _ in range(10_000):
            if subprocess.run(["mount", "-o", f"remount,{how}", disk.path],
                              stderr=subprocess.PIPE, check=False).returncode == 0:
                return
        raise AssertionError("cannot be mounted anew")

    def test_that_is_read_only_at_the_start_is_refused(self):
        disk = self.mounted()
        self.remount(disk, "ro")
        for words in (["run", "job.ini"], ["anneal", "--system.name=ising", "--system.beta=0.4"]):
            done = self.nmc(*words, "--output.dir=disk/out", code=2)
            self.assertIn("is not a directory you may write to; set output.dir", done.stderr)

    def test_that_turns_read_only_is_waited_for(self):
        disk = self.mounted()
        whole = self.whole()
        self.out = disk.path / "out"
        process = self.start("--output.dir=disk/out")
        self.wait_for(self.out / "parts")
        # A file of the lock stays open, so the mount point is hidden by another view of it.
        subprocess.run(["mount", "--bind", disk.path, disk.path], check=True)
        self.remount(disk, "bind,ro")
        self.addCleanup(subprocess.run, ["umount", "-l", disk.path], check=False,
                        stderr=subprocess.DEVNULL)
        said = self.end(process, (75, *DONE))
        if process.returncode == 75:
            self.assertIn("Read-only file system", said)
            self.assertIn("run again to resume once", said)
            self.nmc("report", "disk/out")
        self.remount(disk, "bind,rw")
        self.nmc("run", "job.ini", "--output.dir=disk/out")
        self.assertEqual(differences(whole, self.out / "result.h5"), [])

    def test_that_is_removed_ends_the_run_with_a_word(self):
        for ranks in [None, 2] if HAS_MPI else [None]:
            with self.subTest(ranks=ranks):
                process = self.start(ranks=ranks)
                self.wait_for(self.out / "parts")
                shutil.move(self.out, self.directory / f"gone{ranks}")
                shutil.rmtree(self.directory / f"gone{ranks}")
                said = self.end(process, 2)
                self.assertIn("there is no directory", said)
                self.assertIn("run again to begin anew", said)
                self.assertFalse(self.out.exists())

    def test_that_is_a_file_is_refused(self):
        self.write("out", "mine")
        for verb in ("run", "check"):
            done = self.nmc(verb, "job.ini", code=2 if verb == "run" else None)
            self.assertIn("is not a directory", done.stderr + done.stdout)
        self.assertEqual(self.out.read_text(), "mine")

    def test_links_at_the_names_of_its_files_are_not_followed(self):
        whole = self.whole()
        mine = self.directory / "mine"
        mine.write_text("precious")
        for name in ("job.ini", "resolved.ini", "status.json", "sample.h5", "sample.previous.h5",
                     "result.h5", "parts/draws_000000000000.h5", "log.jsonl", "run.lock"):
            with self.subTest(name=name):
                self.half()
                (self.out / name).unlink(missing_ok=True)
                if name == "resolved.ini":  # what is there is compared with the job
                    shutil.copy(self.directory / "whole/resolved.ini", mine)
                before = mine.read_text()
                (self.out / name).symlink_to(mine)
                done = self.nmc("run", "job.ini", code=None)
                if name in ("log.jsonl", "run.lock"):
                    self.assertEqual(done.returncode, 2, done.stderr)
                    self.assertIn("is a link, which is not followed; remove it", done.stderr)
                    (self.out / name).unlink()
                    done = self.nmc("run", "job.ini")
                self.assertEqual(mine.read_text(), before)
                if done.returncode == 2:  # a part that is no part: the way out is in the message
                    self.assertIn("--restart", done.stderr)
                    self.nmc("run", "job.ini", "--restart")
                self.assertEqual(differences(whole, self.out / "result.h5"), [])
                mine.write_text("precious")
                for out in self.directory.glob("out*"):
                    shutil.rmtree(out)

    def test_report_of_an_unfinished_run_leaves_nothing_when_it_is_killed(self):
        self.half()
        place = self.directory / "tmp"
        place.mkdir()
        done = subprocess.run([NMC, "report", "out"], cwd=self.directory, stdout=subprocess.PIPE,
                              env=dict(os.environ, TMPDIR=str(place)), text=True, check=False)
        self.assertIn(done.returncode, DONE)
        self.assertIn("in progress", done.stdout)
        for delay in (0, 0.01, 0.02, 0.03, 0.05, 0.08):
            process = subprocess.Popen([NMC, "report", "out"], cwd=self.directory,
                                       env=dict(os.environ, TMPDIR=str(place)),
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.assertEqual(list(place.iterdir()), [])


class Clocks(Faults):
    def age(self, seconds):
        """All files of the run are of another time."""
        for path in [self.out, *self.out.rglob("*")]:
            when = time.time() + seconds
            os.utime(path, (when, when))

    def test_set_back_by_years_changes_nothing(self):
        whole = self.whole()
        self.half()
        path = self.out / "status.json"
        state = json.loads(path.read_text())
        state.update(started=FAR, updated=FAR, checkpoint=FAR)
        path.write_text(json.dumps(state))
        self.age(1e9)
        text = self.nmc("status", "out", code=2).stdout
        self.assertIn(f"checkpoint of {FAR} by another clock", text)
        self.assertNotRegex(text, r"-\d+ ?(s|:)|-\d+:\d\d")
        ages = json.loads(self.nmc("status", "out", "--json", code=2).stdout.splitlines()[0])
        self.assertIsNone(ages["checkpoint_age_seconds"])
        self.assertIsNone(ages["status_age_seconds"])
        self.nmc("report", "out")
        process = self.start()
        said = self.end(process, DONE)
        self.assertNotRegex(said, r"ETA -")
        self.assertEqual(differences(whole, self.out / "result.h5"), [])
        self.nmc("status", "out", code=0)

    def test_set_back_do_not_keep_a_lock_alive(self):
        # Of this machine before it was started again, and of another one that is gone.
        for boot, host in (("elsewhere", "node7"), ("", "node8")):
            with self.subTest(host=host):
                self.half()
                holder = {"pid": 1, "host": host, "started": FAR, "boot": boot}
                (self.out / "run.lock").write_text(json.dumps(holder).ljust(1023) + "\n")
                self.age(1e9)
                self.assertIn("killed", self.nmc("status", "out", code=2).stdout)
                shutil.rmtree(self.out)


class Races(Faults):
    def race(self, *calls):
        """Starts that wait at one pipe and are let go together; their codes and messages."""
        read, write = os.pipe()
        processes = [subprocess.Popen(["sh", "-c", 'read x; exec "$@"', "sh", NMC, *words],
                                      cwd=self.directory, stdin=read, text=True,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                      env=dict(os.environ, OMP_NUM_THREADS="1"))
                     for words in calls]
        os.close(read)
        time.sleep(0.05)
        os.close(write)
        errors = [process.communicate(timeout=SOON)[1] for process in processes]
        return [process.returncode for process in processes], errors

    def require_one_winner(self, codes, errors, won=DONE):
        winners = [code for code in codes if code in won]
        self.assertEqual((len(winners), codes.count(2)), (1, len(codes) - 1), (codes, errors))
        loser = errors[codes.index(2)]
        self.assertRegex(loser, "is in use by|checkpoint and|cannot write|holds a (sweep|run)")
        self.assertNotIn("no run of nmc", loser)

    def test_of_pairs_in_one_directory_have_one_winner(self):
        # A start that finds the lock taken looks again for half a second.
        job = JOB.replace("draws = 500", "draws = 300").replace("thin = 200", "thin = 9600")
        self.write("job.ini", job)
        whole = self.whole()
        for _ in range(PAIRS):
            self.require_one_winner(*self.race(["run", "job.ini"], ["run", "job.ini"]))
            self.assertEqual(differences(whole, self.out / "result.h5"), [])
            shutil.rmtree(self.out)

    def test_of_sweeps_and_of_other_seeds_have_one_winner(self):
        # Longer than any start looks for the lock, whatever the machine.
        time_limit = "[run]\nwalltime = 2s\n"
        self.write("job.ini", JOB.replace("draws = 500", "draws = 100000") + time_limit)
        self.write("sweep.ini", SWEEP + "system.beta = 0.3, 0.4\n" + time_limit)
        for calls in ([["run", "sweep.ini"], ["run", "sweep.ini"]],
                      [["run", "job.ini"], ["run", "job.ini", "--run.seed=9"]],
                      [["run", "job.ini", "--restart"], ["run", "job.ini"], ["run", "job.ini"]],
                      [["run", "sweep.ini"], ["run", "job.ini"]]):
            for _ in range(2):
                self.require_one_winner(*self.race(*calls), won=(75,))
                shutil.rmtree(self.out)

    def test_restart_moves_a_run_aside_that_came_between(self):
        # Whoever has the directory first, the one with --restart begins anew.
        self.write("job.ini", JOB.replace("thin = 200", "thin = 2"))
        for _ in range(PAIRS):
            codes, errors = self.race(["run", "job.ini", "--restart"], ["run", "job.ini"])
            self.assertTrue(all(code in (*DONE, 2) for code in codes), (codes, errors))
            self.assertNotIn("resumes", errors[0])
            for directory in self.directory.glob("out*"):
                shutil.rmtree(directory)


if __name__ == "__main__":
    unittest.main()
