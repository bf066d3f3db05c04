"""nmc plot: figures of sweeps, ladders and runs, as a user makes them."""

import os
import re
import shutil
import unittest
import xml.etree.ElementTree as ET

from program import ProgramTest

SWEEP = """[system]
name = ising
[sampler]
name = wolff
chains = 4
[run]
draws = 200
warmup = 20
[output]
dir = out
observables = energy, abs_m
[sweep]
system.L = 4, 6
system.beta = 0.3, 0.35, 0.4
"""
LADDER = """[system]
name = edwards_anderson
L = 4
beta = 1
[sampler]
name = tempering
chains = 4
replicas = 4
beta_min = 0
inner = metropolis
[run]
draws = 200
warmup = 50
[output]
dir = out
"""
SVG = "{http://www.w3.org/2000/svg}"


class Plot(ProgramTest):
    def figure(self, *words, code=0):
        self.nmc("plot", "out", *words, "-o", "figure.svg", code=code)
        text = (self.directory / "figure.svg").read_text()
        self.assertNotRegex(text, r"[\" MLHV-](nan|inf)\b")
        return ET.fromstring(text)

    def words(self, figure):
        return [text.text for text in figure.iter(SVG + "text")]

    def test_a_sweep_along_each_of_its_keys(self):
        self.write("job.ini", SWEEP)
        self.nmc("run", "job.ini")
        figure = self.figure("--observable", "abs_m")
        self.assertEqual(figure.get("role"), "img")
        for word in ("exact", "L = 4", "L = 6", "β", "abs_m"):
            self.assertIn(word, self.words(figure))
        description = figure.find(SVG + "desc").text
        self.assertRegex(description, r"L = 6: 0\.\d+\(\d+\) at β = 0\.3, 0\.\d+\(\d+\) at 0\.4; ")
        self.assertRegex(description, r"exact value \d\.\d standard errors")
        other = self.figure("--observable", "abs_m", "--x", "system.L")
        for word in ("β = 0.3", "β = 0.35", "β = 0.4", "L"):
            self.assertIn(word, self.words(other))
        self.assertIn("task", self.words(self.figure("--observable", "energy", "--x", "task")))

    def test_the_curve_of_all_draws_between_the_points_of_a_sweep(self):
        self.write("job.ini", SWEEP)
        self.nmc("run", "job.ini")
        for x, key in (("system.beta", "system.beta"), ("system.T", "system.T")):
            figure = self.figure("--observable", "abs_m", "--x", x, "--reweight")
            bands = [path.get("d") for path in figure.iter(SVG + "path")
                     if path.get("class").startswith("band")]
            self.assertEqual(len(bands), 2)
            for band in bands:
                self.assertGreater(band.count("L"), 60)
            self.assertIn("weighted together", figure.find(SVG + "desc").text)
            if key == "system.beta":
                self.write("job.ini", SWEEP.replace("system.beta = 0.3, 0.35, 0.4", "system.T = 2.5, 2.8, 3.2"))
                self.nmc("run", "job.ini", "--restart")
        said = self.nmc("plot", "out", "--observable", "abs_m", "--x", "system.L", "--reweight", "-o", "a.svg",
                        code=2).stderr
        self.assertIn("it goes along system.beta or system.T", said)
        said = self.nmc("plot", "out/L4_T2.5", "--observable", "abs_m", "--reweight", "-o", "a.svg", code=2)
        self.assertIn("leave it out", said.stderr)
        self.assertFalse((self.directory / "a.svg").exists())

    def test_a_ladder_a_run_and_their_axes(self):
        self.write("job.ini", LADDER)
        self.nmc("run", "job.ini")
        self.assertIn("β", self.words(self.figure("--observable", "energy", code=(0, 4))))
        self.figure("--observable", "lnZ", code=(0, 4))
        self.assertIn("draw", self.words(self.figure("--observable", "energy", "--x", "draw")))
        said = self.nmc("plot", "out", "--observable", "energy", "--x", "system.L", "-o", "a.svg", code=2)
        self.assertIn("a ladder goes along beta alone", said.stderr)

    def test_what_is_wrong_is_said_before_anything_is_read(self):
        said = self.nmc("plot", "none", "--observable", "energy", "-o", "figure.jpg", code=2).stderr
        self.assertIn("figures end with .svg, .pdf or .png", said)
        said = self.nmc("plot", "none", "--observable", "energy", code=2).stderr
        self.assertIn("usage: nmc plot", said)
        self.write("job.ini", SWEEP)
        self.nmc("run", "job.ini")
        said = self.nmc("plot", "out", "--observable", "absm", "-o", "a.svg", code=2).stderr
        self.assertIn('did you mean "abs_m"?', said)
        said = self.nmc("plot", "out", "--observable", "abs_m", "--x", "system.bta", "-o", "a.svg", code=2)
        self.assertIn('did you mean "system.beta"?', said.stderr)
        self.assertFalse((self.directory / "a.svg").exists())

    def test_what_is_refused_is_left_out_and_named(self):
        # Domains of a cold magnet that begins hot outlive forty sweeps.
        job = SWEEP.replace("name = wolff", "name = metropolis\nstart = random")
        job = job.replace("draws = 200", "draws = 40").replace("warmup = 20", "warmup = 0\nthin = 1")
        self.write("job.ini", job.replace("0.3, 0.35, 0.4", "0.1, 0.8").replace("4, 6", "32"))
        self.nmc("run", "job.ini", code=4)
        figure = self.figure("--observable", "energy", code=4)
        self.assertIn("Refused, and left out: ", figure.find(SVG + "desc").text)

    def test_pdf_and_png_need_a_converter_and_say_so(self):
        self.write("job.ini", LADDER)
        self.nmc("run", "job.ini")
        words = ("plot", "out", "--observable", "energy", "-o")
        path = os.environ["PATH"]
        os.environ["PATH"] = str(self.directory)
        said = self.nmc(*words, "a.pdf", code=2).stderr if shutil.which("nmc") is None else ""
        os.environ["PATH"] = path
        self.assertIn("install the package librsvg2-bin", said)
        if shutil.which("rsvg-convert") is None:
            self.skipTest("rsvg-convert is not here (package librsvg2-bin)")
        self.nmc(*words, "a.pdf", code=(0, 4))
        self.nmc(*words, "a.png", code=(0, 4))
        self.assertTrue((self.directory / "a.pdf").read_bytes().startswith(b"%PDF"))
        self.assertTrue((self.directory / "a.png").read_bytes().startswith(b"\x89PNG"))
        self.assertFalse([name for name in self.files() if re.search(r"tmp", name)])


if __name__ == "__main__":
    unittest.main()
