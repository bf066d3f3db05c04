"""nmc report --html: pages of runs of several kinds, as files, and in a browser where one is here."""

import re
import shutil
import subprocess
import unittest
import xml.etree.ElementTree as ET

from program import ProgramTest

ISING = """[system]
name = ising
L = 6
beta = 0.4
[sampler]
name = wolff
chains = 4
[run]
draws = 200
warmup = 20
[output]
dir = out
observables = energy, abs_m
configurations = every 100
"""
PHI4 = """[system]
name = phi4
L = 4
m2 = -4
lambda = 6
[sampler]
name = hmc
chains = 4
[run]
draws = 200
warmup = 100
[output]
dir = out
configurations = every 100
"""
NETWORK = """[system]
name = dual_ising
L = 4
beta = 0.4
[model]
name = neural_rg
hidden = 4
couplings = 2
[train]
steps = 20
batch = 64
validate_every = 10
[sampler]
name = independence
chains = 8
[run]
draws = 50
warmup = 10
[output]
dir = out
observables = energy, m2
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
ANNEAL = """[system]
name = edwards_anderson
L = 4
beta = 1
[anneal]
population = 200
runs = 4
[output]
dir = out
"""
COLD = ISING.replace("wolff", "metropolis\nstart = random").replace("L = 6", "L = 32")
COLD = COLD.replace("beta = 0.4", "beta = 0.8").replace("draws = 200", "draws = 40\nthin = 1")
COLD = COLD.replace("warmup = 20", "warmup = 0")
MOST_BYTES = 5_000_000


class Page(ProgramTest):
    def page(self, job, verb="run"):
        """Runs the job; the text of its page and its tree."""
        self.write("job.ini", job)
        self.nmc(verb, "job.ini")
        self.nmc("report", "out", "--html")
        return self.checked(self.directory / "out" / "report.html")

    def checked(self, path):
        text = path.read_text()
        self.assertLess(len(text), MOST_BYTES)
        self.assertNotRegex(text, r"url\(|@import|\b(src|href)=\"(?!#|data:,)")
        tree = ET.fromstring(text.partition("\n")[2])  # the page is XML behind its first line
        for svg in tree.iter("svg"):
            self.assertEqual(svg.get("role"), "img")
            self.assertTrue(svg.find("title").text and svg.find("desc").text)
            for element in svg.iter():
                for name, value in element.attrib.items():
                    self.assertNotRegex(value, r"(?i)(?<![a-z])(nan|inf)(?![a-z])", name)
        figures = list(tree.iter("figure"))
        self.assertEqual(len(figures), len(list(tree.iter("svg"))))
        for figure in figures:
            self.assertTrue(figure.find("details/pre").text.strip(), "no numbers to copy")
        ids = [element.get("id") for element in tree.iter() if element.get("id")]
        self.assertEqual(len(ids), len(set(ids)))
        for link in tree.iter("a"):
            self.assertIn(link.get("href")[1:], ids)
        return text, tree

    def sections(self, tree):
        return [section.get("id") for section in tree.iter("section")]

    def titles(self, tree):
        return [title.text for title in tree.iter("title")]

    def test_a_run_of_spins_and_one_of_fields(self):
        for job in (ISING, PHI4):
            _, tree = self.page(job)
            self.assertEqual(self.sections(tree), ["verdict", "observables", "draws", "configurations",
                                                   "cost", "provenance"])
            name = "energy" if job is ISING else "action"
            for kind in ("trace", "running mean", "autocorrelation", "ranks"):
                self.assertIn(f"{name}: {kind}", self.titles(tree))
            shutil.rmtree(self.directory / "out")

    def test_a_network_shows_its_weights_bounds_and_training(self):
        text, tree = self.page(NETWORK)
        for title in ("Importance weights", "Training: loss", "Training: ESS of the weights",
                      "Estimates of lnZ"):
            self.assertIn(title, self.titles(tree))
        self.assertIn("−lnZ, exact", text)

    def test_a_ladder_and_an_annealing_along_beta(self):
        _, tree = self.page(LADDER)
        for title in ("energy against β", "Swaps of neighbouring temperatures", "Flow of replicas"):
            self.assertIn(title, self.titles(tree))
        shutil.rmtree(self.directory / "out")
        _, tree = self.page(ANNEAL, "anneal")
        self.assertIn("lnZ against β", self.titles(tree))

    def test_a_sweep_has_curves_and_a_section_for_each_task(self):
        _, tree = self.page(ISING.replace("beta = 0.4\n", "") + "[sweep]\nsystem.beta = 0.3, 0.4\n")
        self.assertEqual(self.sections(tree), ["verdict", "curves", "tasks", "task-b0-3", "task-b0-4"])
        self.assertIn("energy against β", self.titles(tree))

    def test_a_sweep_over_sizes_has_curves_between_its_points_and_their_crossings(self):
        job = ISING.replace("beta = 0.4\n", "").replace("L = 6\n", "").replace("abs_m", "m2, m4")
        job = job.replace("draws = 200", "draws = 2000") + (
            "[sweep]\nsystem.L = 4, 8\nsystem.beta = 0.4, 0.44, 0.48\n")
        text, tree = self.page(job)
        self.assertEqual(self.sections(tree)[:4], ["verdict", "curves", "crossings", "tasks"])
        figure, = [f for f in tree.iter("figure") if f.find("svg/title").text == "binder against β"]
        classes = [path.get("class") for path in figure.iter("path")]
        self.assertEqual(sum(name.startswith("band ") for name in classes), 2)
        self.assertRegex(figure.find("svg/desc").text,
                         r"weighted together\. Crossings: L = 4 and 8: 0\.\d+\(\d+\) at β = 0\.4\d+\(\d+\)\.")
        self.assertIn("crossing", [word.text for word in figure.iter("text")])
        numbers = figure.find("details/pre").text
        self.assertIn("L = 8, all draws\tL = 8, all draws error", numbers)
        row, = [row for row in tree.iter("tr") if "".join(row.itertext()).startswith("binder of L = 4 and 8")]
        self.assertRegex("".join(row.itertext()), r"0\.4\d+\(\d+\)")
        self.in_a_browser()

    def test_what_is_refused_is_no_number_anywhere(self):
        text, tree = self.page(COLD)
        self.assertIn("Some results are refused", text)
        self.assertNotIn("energy: running mean", self.titles(tree))
        self.assertIn("energy: trace", self.titles(tree))
        import h5py  # the mean itself, to be sure that it is not there
        with h5py.File(self.directory / "out" / "result.h5") as file:
            mean = abs(file["posterior/energy"][()].mean())
        self.assertNotIn(f"{mean:.5g}", text)

    def test_names_from_files_are_text(self):
        import h5py
        self.page(ISING)
        name = "</pre><script>alert(1)</script>&"
        with h5py.File(self.directory / "out" / "result.h5", "r+") as file:
            file["provenance"].attrs["host"] = name
        text, _ = self.checked_again()
        self.assertNotIn("<script>alert", text)
        self.assertIn("&lt;script&gt;alert(1)", text)

    def checked_again(self):
        self.nmc("report", "out", "--html")
        return self.checked(self.directory / "out" / "report.html")

    def test_where_the_page_goes(self):
        self.page(ISING)
        for words in (("--html", "-o", "a.html"), ("--html", "b.html")):
            self.nmc("report", "out", *words)
            self.checked(self.directory / words[-1])
        self.assertIn("a FILE.html", self.nmc("report", "out", "b.html", code=2).stderr)
        self.assertIn("ask for one", self.nmc("report", "out", "--html", "--json", code=2).stderr)
        self.assertIn("--html -o", self.nmc("report", "out", "-o", "c.html", code=2).stderr)
        before = (self.directory / "out/result.h5").read_bytes()
        said = self.nmc("report", "out", "--html", "-o", "out/result.h5", code=2).stderr
        self.assertIn("a page ends with .html", said)
        self.assertEqual((self.directory / "out/result.h5").read_bytes(), before)

    def test_in_a_browser_nothing_overflows_and_nothing_is_said(self):
        self.page(NETWORK)
        self.in_a_browser()

    def in_a_browser(self):
        browser = shutil.which("chromium")
        if browser is None:
            self.skipTest("chromium is not here (package chromium)")
        path = self.directory / "out" / "report.html"
        probe = ("<script>var d = document.documentElement, p = document.createElement('p');"
                 "p.textContent = 'width ' + d.scrollWidth + ' of ' + d.clientWidth + ' buttons '"
                 " + document.querySelectorAll('button').length; document.body.appendChild(p);"
                 "</script>")
        for width in (360, 400, 1280):
            frame = self.directory / "frame.html"
            (self.directory / "probed.html").write_text(
                path.read_text().replace("</body>", probe + "</body>"))
            # Windows of browsers are not as narrow as phones; frames are.
            frame.write_text(f"<iframe id='f' src='probed.html' style='width:{width}px;height:900px;"
                             "border:0'></iframe><pre id='out'></pre><script>"
                             "document.getElementById('f').onload = function () {"
                             "document.getElementById('out').textContent = "
                             "this.contentDocument.body.lastElementChild.textContent; };</script>")
            done = subprocess.run(
                [browser, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
                 "--allow-file-access-from-files", f"--user-data-dir={self.directory}/profile",
                 "--virtual-time-budget=3000", "--dump-dom", frame.as_uri()],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
            found = re.search(r"id=\"out\">width (\d+) of (\d+) buttons (\d+)", done.stdout)
            self.assertTrue(found, done.stdout[-2000:] + done.stderr[-2000:])
            self.assertLessEqual(int(found[1]), int(found[2]))
            self.assertGreater(int(found[3]), 5)
            self.assertNotIn("CONSOLE", done.stderr)


if __name__ == "__main__":
    unittest.main()
