"""The progress line on a terminal of any width: whole fields, never a piece of one."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import unittest

from program import NMC, ProgramTest

NUMBER = r"-?\d[\d.e+-]*(\(\d+(\.\d+)?\))?"
FIELDS = (r"L\d+ b0\.4407", r"(train|warmup|sample) \d+/\d+", r"(train|warmup|sample) \d+/\d+ \d+%",
          r"\d\.\de[+-]\d\d draws/s", r"ETA (\d+:\d\d:\d\d|-)", rf"loss {NUMBER}",
          r"batch ESS [\de.+-]+", r"batch acc [\de.+-]+", r"acc \d\.\d\d", rf"tau {NUMBER}",
          r"Rhat (\d\.\d{3}|nan)", r"ESS (\d[\d.]*[kMG]?|nan)", rf"energy {NUMBER}")
SAMPLE = ("--system.name=ising", "--sampler.name=metropolis", "--sampler.chains=16", "--run.thin=1000",
          "--run.draws=100000", "--output.observables=energy")
TRAIN = ("--system.name=dual_ising", "--model.name=neural_rg", "--sampler.name=independence",
         "--train.steps=1000000")


def lines_of(words, columns, directory, count=3):
    """So many lines of progress of a long run on a terminal; it is stopped then."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    running = subprocess.Popen([NMC, *words, "--run.walltime=5min", "--run.threads=1"],
                               cwd=directory, stderr=slave, stdout=subprocess.DEVNULL)
    os.close(slave)
    text, lines, is_stopped = b"", [], False
    try:
        while chunk := os.read(master, 65536):
            text += chunk
            lines = [line for line in re.split(r"[\r\n]+", text.decode()) if re.search(r"\d/\d", line)]
            if len(lines) >= count and not is_stopped:
                running.send_signal(signal.SIGTERM)
                is_stopped = True
    except OSError:  # Linux's end of file of a terminal
        pass
    running.wait(timeout=60)
    os.close(master)
    return lines


class ProgressLine(ProgramTest):
    def check(self, verb, words, columns):
        common = ("--system.L=8", "--system.beta=0.44068679", f"--output.dir=out{columns}{verb}")
        lines = lines_of((verb, *words, *common), columns, self.directory)
        self.assertGreaterEqual(len(lines), 2)
        for line in lines:
            self.assertLess(len(line), columns)
            for field in re.split(r"  +", line.strip()):
                self.assertTrue(any(re.fullmatch(f, field) for f in FIELDS),
                                f'"{field}" of "{line}" is no whole field')
            self.assertRegex(line, r"(train|warmup|sample) \d+/\d+")
        return lines[-1]

    def test_drops_whole_fields_at_every_width(self):
        for columns in (24, 60, 80):
            self.check("run", SAMPLE, columns)
        wide = self.check("run", SAMPLE, 200)
        for field in ("draws/s", "ETA", "acc ", "tau ", "Rhat ", "ESS ", "energy "):
            self.assertIn(field, wide)

    def test_says_that_the_ess_of_training_is_that_of_a_batch(self):
        for columns in (60, 80):
            self.check("train", TRAIN, columns)
        line = self.check("train", TRAIN, 120)
        self.assertIn("batch ESS", line)
        self.assertNotRegex(line, r"  ESS")

    def test_of_a_run_that_goes_on_knows_its_own_pace_alone(self):
        words = ("run", *SAMPLE, "--run.warmup=1000000000", "--system.L=8", "--system.beta=0.44068679",
                 "--output.dir=out")
        rates = []
        for count in (7, 1):
            line = lines_of(words, 200, self.directory, count)[count - 1]
            self.assertIn("warmup", line)
            rates.append(float(re.search(r"(\S+) draws/s", line)[1]))
        # What the first start had done in seven intervals is no work of the second one's first.
        self.assertLess(rates[1], 3 * rates[0])


if __name__ == "__main__":
    unittest.main()
