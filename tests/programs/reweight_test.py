"""nmc reweight: curves between and beside the points of runs, held against enumeration."""

import csv
import json
import math
import re
import unittest

import numpy as np

from program import ProgramTest

SWEEP = """[system]
name = ising
[sampler]
name = wolff
chains = 8
[run]
draws = 3000
warmup = 50
seed = 5
[output]
dir = out
observables = energy, abs_m, m2, m4
[sweep]
system.L = 3, 4
system.beta = 0.4, 0.48, 0.56
"""
LADDER = """[system]
name = edwards_anderson
L = 4
beta = 1
[sampler]
name = tempering
chains = 8
replicas = 6
beta_min = 0.2
inner = metropolis
[run]
draws = 1500
warmup = 300
[output]
dir = out
observables = energy, m2, q2
"""
# Numbers of a test beyond so many errors: five z of independent data, a false alarm in 30000 seeds.
MOST = 4.5


class Enumerated:
    """All states of the L x L torus by energy and magnetisation."""

    def __init__(self, L):
        sites = L * L
        states = np.arange(2**sites, dtype=np.uint32)
        s = [(1 - 2 * ((states >> i) & 1).astype(np.int16)) for i in range(sites)]
        energy = np.zeros(len(states), dtype=np.int16)
        for y in range(L):
            for x in range(L):
                here = s[x + L * y]
                energy -= here * (s[(x + 1) % L + L * y] + s[x + L * ((y + 1) % L)])
        self.energy, self.m = energy.astype(float), sum(s) / sites
        self.sites = sites

    def at(self, beta):
        log_w = -beta * self.energy
        w = np.exp(log_w - log_w.max())
        mean = lambda values: float((w * values).sum() / w.sum())
        energy, m2, m4 = mean(self.energy), mean(self.m**2), mean(self.m**4)
        return {"energy": energy, "abs_m": mean(abs(self.m)), "m2": m2,
                "heat": beta**2 * (mean(self.energy**2) - energy**2),
                "binder": 1 - m4 / (3 * m2**2), "susceptibility": self.sites * m2,
                "lnZ": float(log_w.max() + math.log(w.sum()))}


class Reweight(ProgramTest):
    def objects(self, *words, code=0):
        text = self.nmc("reweight", *words, "--json", code=code).stdout
        return [json.loads(line) for line in text.splitlines()]

    def test_a_sweep_between_and_beside_its_points(self):
        self.write("job.ini", SWEEP)
        self.nmc("run", "job.ini")
        exact = {L: Enumerated(L) for L in (3, 4)}
        betas = (0.36, 0.4, 0.43, 0.48, 0.52, 0.6)
        found = self.objects("out", "--beta", ",".join(map(str, betas)))
        lines = [o for o in found if "mean" in o and o["name"] != "crossing"]
        names = {o["name"] for o in lines}
        self.assertLessEqual({"energy", "m2", "heat", "binder", "abs_m", "lnZ_difference"}, names)
        checked = 0
        for o in lines:
            curve, beta, near = exact[o["system.L"]], o["beta"], o["nearest_beta"]
            known = curve.at(beta)
            known["lnZ_difference"] = known["lnZ"] - curve.at(near)["lnZ"]
            if o["name"] not in known:
                continue
            self.assertEqual(near, min((0.4, 0.48, 0.56), key=lambda b: abs(b - beta)))
            if o["name"] == "lnZ_difference" and beta == near:
                self.assertEqual((o["mean"], o["error"]), (0, 0))
                continue
            z = (o["mean"] - known[o["name"]]) / o["error"]
            self.assertLess(abs(z), MOST, o)
            if o["exact"] is not None:
                self.assertAlmostEqual(o["exact"], known[o["name"]], 8)
            self.assertGreater(o["effective_draws"], 1000)
            checked += 1
        self.assertEqual(checked, 2 * (6 * 6 + 4))
        # More than one run stands behind a number.
        alone = {o["name"]: o for o in self.objects("out/L4_b0.48", "--beta", "0.48")}
        pooled = {o["name"]: o for o in lines if o["beta"] == 0.48 and o["system.L"] == 4}
        self.assertLess(pooled["energy"]["error"], 0.85 * alone["energy"]["error"])

        # Where Binder's curves cross.
        low, high = 0.36, 0.6
        gap = lambda beta: exact[4].at(beta)["binder"] - exact[3].at(beta)["binder"]
        self.assertLess(gap(low) * gap(high), 0)
        while high - low > 1e-6:
            middle = (low + high) / 2
            low, high = (middle, high) if gap(middle) * gap(low) > 0 else (low, middle)
        for text in (found, [json.loads(line) for line in
                             self.nmc("report", "out", "--json").stdout.splitlines()]):
            crossing, = [o for o in text if o["name"] == "crossing" and o["observable"] == "binder"]
            self.assertEqual(crossing["L"], [3, 4])
            self.assertLess(abs(crossing["beta"] - low) / crossing["beta_error"], MOST)
            self.assertLess(abs(crossing["mean"] - exact[4].at(low)["binder"]) / crossing["error"], MOST)
            self.assertLess(crossing["beta_error"], 0.05)
        self.assertRegex(self.nmc("report", "out").stdout,
                         r"crossing: binder of L = 3 and 4 at beta = 0\.\d+\(\d+\), value 0\.\d+\(\d+\)")

        # The table and the file say the same.
        text = self.nmc("reweight", "out", "--T", f"{1 / 0.43!r},2", "--observable", "binder,energy",
                        "-o", "table.csv").stdout
        self.assertLessEqual(max(map(len, text.splitlines())), 80, text)
        self.assertIn("3 temperatures together (MBAR)", text)
        with open(self.directory / "table.csv") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["system.L"] for row in rows], ["3", "3", "4", "4"])
        of_json, = [o for o in lines if (o["name"], o["system.L"], o["beta"]) == ("binder", 4, 0.43)]
        self.assertAlmostEqual(float(rows[2]["binder"]), of_json["mean"], 9)
        self.assertAlmostEqual(float(rows[2]["binder_error"]), of_json["error"], 9)

    def test_what_is_out_of_reach_is_refused(self):
        job = SWEEP.replace("3, 4", "16").replace("0.4, 0.48, 0.56", "0.3, 0.6")
        self.write("job.ini", job.replace("draws = 3000", "draws = 300"))
        self.nmc("run", "job.ini")
        found = self.objects("out", "--beta", "0.3,0.45,0.6", "--observable", "energy,binder", code=4)
        for o in found:
            if o["name"] in ("energy", "binder"):
                is_between = o["beta"] == 0.45
                self.assertEqual(o["mean"] is None, is_between, o)
                self.assertEqual(len(o["refused"]), is_between)
        reach, = [o for o in found if o["name"] == "reach"]
        self.assertEqual(len(reach["beta"]), 2)
        self.assertLess(reach["beta"][0][1], reach["beta"][1][0])
        self.assertEqual(found[-1]["exit_code"], 4)
        text = self.nmc("reweight", "out", "--beta", "0.45", "--observable", "energy", code=4).stdout
        self.assertRegex(text, r"0\.45 .*refused")
        self.assertRegex(text, r"refused: at beta 0\.45 .*They reach beta 0\.\d+ to 0\.\d+ and "
                               r"from 0\.\d+ on; beyond, add a run near it")
        self.nmc("reweight", "out", "--beta", "0.45", "--observable", "energy", "-o", "a.csv", code=4)
        self.assertIn("\n0.45,", (self.directory / "a.csv").read_text().replace("16,", ""))
        # One run, whose neighbourhood is known.
        text = self.nmc("reweight", "out/L16_b0.3", code=0).stdout
        self.assertIn("one temperature; its draws reach beta 0.2", text)
        self.nmc("reweight", "out/L16_b0.3", "--beta", "0.6", code=4)

    def test_a_ladder_is_one_curve(self):
        self.write("job.ini", LADDER)
        self.nmc("run", "job.ini")
        found = self.objects("out", "--beta", "0.3,0.5,0.7,0.95", "--observable",
                             "energy,heat,lnZ_difference")
        values = [o for o in found if o.get("exact") is not None]
        self.assertEqual(len(values), 12)
        for o in values:
            self.assertLess(abs(o["z"]), MOST, o)
        said = self.nmc("reweight", "out", "--observable", "q2", code=2).stderr
        self.assertIn("it is of pairs of replicas", said)
        self.assertIn("note: q2 is left out", self.nmc("reweight", "out").stdout)

    def test_a_small_system_reaches_to_zero_temperature(self):
        self.write("job.ini", SWEEP.split("[sweep]")[0].replace("name = ising", "name = ising\nL = 4\nbeta = 0.5"))
        self.nmc("run", "job.ini")
        found = self.objects("out", "--beta", "4.1,40,1e6")
        reach, = [o for o in found if o["name"] == "reach"]
        self.assertIsNone(reach["beta"][0][1])
        judged = [o for o in found if o.get("z") is not None]
        self.assertGreaterEqual(len(judged), 4)
        for o in judged:  # what rounding leaves is no physics
            self.assertLess(abs(o["z"]), MOST, o)
        text = self.nmc("reweight", "out", "--T", "2,2,1e-6", "--observable",
                        "lnZ_difference,energy,energy").stdout
        self.assertRegex(text, r"its draws reach beta from [\d.]+ on\n")
        self.assertRegex(text, r"\nT +beta +draws +lnZ_difference +energy +nearest +z\n")
        self.assertEqual(len(re.findall(r"^2 +0\.5 ", text, re.M)), 1, text)
        # Digits of a large number that doubles have.
        self.assertRegex(text, r"1e-06 +1e\+06 .* 319999\d\d\.\d+\(")

    def test_what_a_derived_quantity_lacks_is_named(self):
        self.write("job.ini", SWEEP.replace("abs_m, m2, m4", "m2"))
        self.nmc("run", "job.ini")
        self.assertIn("it follows from m2, m4, and the runs did not measure m4: name it in "
                      "output.observables of all runs",
                      self.nmc("reweight", "out", "--observable", "binder", code=2).stderr)

    def test_what_cannot_be_weighted_is_said_with_a_way_out(self):
        job = "[system]\nname = {}\n[sampler]\nname = {}\nchains = 4\n[run]\ndraws = 40\nwarmup = 5\n"
        spins = "ising\nL = 4\nbeta = 0.4"
        for system, sampler, more, words in (
                ("phi4\nL = 4\nm2 = -4\nlambda = 6", "hmc", "", "phi4 has no beta"),
                ("dual_ising\nL = 4\nbeta = 0.4", "block_gibbs", "", "system ising"),
                (spins, "wolff", "[output]\nobservables = m2\n", "name it in output.observables"),
                (spins, "wolff", "bin = 2\n", "run again with run.bin = 1")):
            self.write("job.ini", job.format(system, sampler) + more)
            self.nmc("run", "job.ini", "--output.dir=out", "--restart")
            self.assertIn(words, self.nmc("reweight", "out", code=2).stderr)
        self.write("job.ini", job.format(spins, "wolff"))
        self.nmc("run", "job.ini", "--output.dir=out", "--restart")
        for words, message in ((("--beta", "0.4", "--T", "2"), "leave one of them out"),
                               (("--T", "0"), "a temperature is above 0"),
                               (("--beta", "0.5:0.4:0.1"), "the step points away from the end"),
                               (("--observable", "enrgy"), 'did you mean "energy"'),
                               (("-o", "a.txt"), "a table ends with .csv"),
                               (("-o", "a.csv", "--json"), "ask for one of them")):
            self.assertIn(message, self.nmc("reweight", "out", *words, code=2).stderr)
        self.assertIn("its output directory runs/job is not there yet",
                      self.nmc("reweight", "job.ini", "--beta", "0.4", code=2).stderr)


if __name__ == "__main__":
    unittest.main()
