"""The pages of help, and the ways from one word to the next."""

import re
import unittest
from pathlib import Path

from program import ProgramTest

ROOT = Path(__file__).resolve().parents[2]
LINES, COLUMNS = 24, 80


class Help(ProgramTest):
    def page(self, *words):
        text = self.nmc(*words).stdout
        lines = text.splitlines()
        # The prompt takes the last line of a terminal.
        self.assertLess(len(lines), LINES, f"{words} does not fit a terminal:\n{text}")
        self.assertLessEqual(max(map(len, lines)), COLUMNS, f"{words} is too wide:\n{text}")
        return text

    def verbs(self):
        found = re.findall(r"^  (\w+) ", self.nmc("--help").stdout, re.MULTILINE)
        self.assertGreaterEqual(len(found), 13)
        return found

    def test_every_page_fits_a_terminal_and_ends_with_an_example(self):
        self.page("--help")
        for verb in self.verbs():
            last = self.page(verb, "--help").splitlines()[-1]
            self.assertTrue(last.startswith(f"example: nmc {verb}"), last)
            for name in re.findall(r"examples/\S+", last):
                self.assertTrue((ROOT / name).exists(), name)

    def test_every_line_of_lists_and_descriptions_fits_a_terminal(self):
        names = {"system", "model", "sampler", "train", "anneal", "run", "output", "sweep"}
        kinds = ((), ("systems",), ("models",), ("samplers",), ("observables",))
        for words in kinds:
            text = self.nmc("list", *words).stdout
            self.assertLessEqual(max(map(len, text.splitlines())), COLUMNS, text)
            names.update(re.findall(r"^  (\w+) ", text, re.MULTILINE))
        self.assertGreater(len(names), 50)
        for name in names:
            text = self.nmc("describe", name).stdout
            self.assertLessEqual(max(map(len, text.splitlines())), COLUMNS, text)

    def test_every_section_and_name_is_described(self):
        for section in ("system", "model", "train", "sampler", "anneal", "run", "output", "sweep"):
            self.assertIn(f"{section} (section)", self.nmc("describe", section).stdout)
        text = self.nmc("describe", "metropolis").stdout
        self.assertIn("keys of every [sampler]", text)
        self.assertIn("  chains ", text)
        text = self.nmc("describe", "phi4").stdout
        self.assertRegex(text, r"(?s)observables\n  .*identity.*by default\n  action, abs_m")

    def test_says_which_system_has_which_observable(self):
        text = self.nmc("list", "observables").stdout
        of = dict(re.findall(r"^  (\S+) .+\n +of (.+)$", re.sub(r"\n {29}", " ", text), re.MULTILINE))
        self.assertEqual(of["energy"], "spins, potts, clock, xy, dual_ising, rbm, dbm, quantum spins")
        self.assertEqual(of["phi4"], "phi4")
        self.assertEqual(of["mean"].split(", "), ["gaussian", "ring", "rings", "mixture", "funnel",
                                                  "forty_modes", "many_well", "flow_density"])
        for system in re.findall(r"^  (\S+)", self.nmc("list", "systems").stdout, re.MULTILINE):
            described = self.nmc("describe", system).stdout
            names = re.split(r"\nobservables(?: of its ground state)?\n", described)[1].partition("\n\n")[0]
            for name in re.split(r",\s+", names.strip()):
                self.assertIn(re.sub(r"^([px])\d$", r"\g<1>0", name), of, f"{name} of {system} is not listed")

    def test_one_dash_and_no_dash_are_led_to_two(self):
        message = self.nmc("exact", "-system.L=4", code=2).stderr
        self.assertIn("two dashes: --system.L=4", message)
        self.assertIn("two dashes: --help", self.nmc("run", "-h", code=2).stderr)
        self.assertIn("two dashes: --run.draws=3", self.nmc("run", "run.draws=3", code=2).stderr)

    def test_a_job_in_place_of_its_directory_and_the_reverse(self):
        job = "[system]\nname = ising\nL = 4\nbeta = 0.4\n[sampler]\nname = wolff\nchains = 4\n"
        self.write("job.ini", job + "[run]\ndraws = 20\nwarmup = 2\n[output]\ndir = out\n")
        message = self.nmc("report", "job.ini", code=2).stderr
        self.assertIn("nmc run job.ini", message)
        self.nmc("run", "job.ini", code=None)
        message = self.nmc("report", "job.ini", code=2).stderr
        self.assertIn("its output directory is out: nmc report out", message)
        self.nmc("report", "out", code=None)
        self.assertIn("nmc report out", self.nmc("run", "out", code=2).stderr)

    def test_an_empty_value_takes_a_key_away(self):
        self.write("job.ini", "[system]\nname = ising\nL = 4\nbeta = 0.4\n[sampler]\nname = wolff\n"
                   "chains = 4\n[run]\ndraws = 20\nwarmup = 2\n[sweep]\nrun.seed = 1, 2\n")
        words = ("check", "job.ini", "--sweep.run.seed=")
        self.assertRegex(self.nmc(*words).stdout, r"chains = 4 ")
        text = self.nmc(*words, "--sampler.chains=", "--run.draws=").stdout
        self.assertRegex(text, r"chains = 512 +# default")
        self.assertRegex(text, r"draws = 1000 +# default")
        # The other way to say a temperature: the file has one already.
        self.assertRegex(self.nmc(*words, "--system.beta=", "--system.T=2").stdout, r"T = 2 ")
        self.nmc("run", "job.ini", "--sweep.run.seed=", "--output.dir=out", code=None)
        message = self.nmc("run", "job.ini", "--sweep.run.seed=", "--output.dir=out", "--system.beta=",
                           code=2).stderr
        self.assertIn("beta is 0.4 in the checkpoint and not given in the job", message)
        self.assertIn("[system] lacks beta (or T): give it a value",
                      self.nmc(*words, "--system.beta=", code=2).stderr)
        message = self.nmc(*words, "--system.L=", code=2).stderr
        self.assertIn("[system] lacks L", message)
        self.assertIn("unknown key \"chians\"", self.nmc(*words, "--sampler.chians=", code=2).stderr)
        message = self.nmc(*words, "--sampler.name=", code=2).stderr
        self.assertIn("neither [sampler] nor [model]", message)


if __name__ == "__main__":
    unittest.main()
