"""nmc latent: which latent variable is whose, what is left between them, and what it refuses."""

import json
import re
import shutil
import subprocess
import unittest
from pathlib import Path

import h5py
import numpy as np

from program import BETA, ProgramTest

FIELD = f"""[system]
name = dual_ising
L = 4
beta = {BETA}
[model]
name = neural_rg
hidden = 4
couplings = 6
precision = double
symmetry = z2
[train]
steps = 150
batch = 64
learning_rate = 0.01
gradient = path
[sampler]
name = independence
chains = 4
[run]
draws = 10
[output]
dir = out
"""
SPINS = """[system]
name = ising
L = 4
beta = 0.4
[model]
name = made
[train]
steps = 2
batch = 32
[sampler]
name = independence
chains = 4
[run]
draws = 4
[output]
dir = spins
"""


def linear_layer(group, kept, moved, weights):
    """x_moved += weights x_kept by one coupling: elu is the identity where its argument is above 0."""
    p, far = len(kept) + len(moved), 60.0
    group.attrs["type"] = "coupling"
    group.attrs["kind"] = "additive"
    group.attrs["activation"] = "elu"
    group["sites"] = np.array([list(kept) + list(moved)], dtype=np.int64)
    group["mask"] = np.array([[1] * len(kept) + [0] * len(moved)], dtype=np.int8)
    first, last = np.zeros((1, len(kept), p)), np.zeros((1, p, len(kept)))
    first[0, :, :len(kept)] = np.eye(len(kept))
    last[0, len(kept):, :] = weights
    group["t/W0"], group["t/b0"] = first, np.full((1, len(kept)), far)
    group["t/W1"], group["t/b1"] = last, -far * last.sum(axis=2)


def gaussian_model(path, K, coarse, fine):
    """x ~ N(0, K) by a flow that decimates: x_fine = K_fc K_cc^-1 x_coarse + chol(Schur) z_fine."""
    schur = K[np.ix_(fine, fine)] - K[np.ix_(fine, coarse)] @ np.linalg.solve(
        K[np.ix_(coarse, coarse)], K[np.ix_(coarse, fine)])
    widths = np.empty(len(K))
    blocks = []  # (kept, moved, weights), in the order of generation
    for sites, members, covariance in ((coarse, coarse, K[np.ix_(coarse, coarse)]),
                                       (fine, sorted(coarse + fine), schur)):
        factor = np.linalg.cholesky(covariance)
        widths[sites] = np.diag(factor)
        unit = factor / np.diag(factor)
        for j in range(1, len(sites)):
            # All of the level's sites, so that its layers act on one group; others weigh nothing.
            others = [s for s in members if s != sites[j]]
            weights = np.zeros((1, len(others)))
            for site, weight in zip(sites[:j], np.linalg.solve(unit[:j, :j].T, unit[j, :j])):
                weights[0, others.index(site)] = weight
            blocks.append((others, [sites[j]], weights))
    blocks.append((coarse, fine, K[np.ix_(fine, coarse)] @ np.linalg.inv(K[np.ix_(coarse, coarse)])))
    with h5py.File(path, "w") as file:
        file.attrs["format"], file.attrs["version"] = "neuralmc-model", 2
        model = file.create_group("model")
        model.attrs["type"], model.attrs["precision"] = "flow", "double"
        model.attrs["sites"], model.attrs["layers"] = len(K), 1 + len(blocks)
        scaling = model.create_group("layers/000")
        scaling.attrs["type"] = "scaling"
        scaling["log_scale"] = np.log(widths)
        for k, block in enumerate(blocks):
            linear_layer(model.create_group(f"layers/{k + 1:03}"), *block)
        target = file.create_group("target")
        target.attrs["name"] = "gaussian"
        target.attrs["covariance"] = ", ".join(repr(float(k)) for k in K.ravel())
    return schur


class Latent(ProgramTest):
    def objects(self, *words):
        lines = [json.loads(line) for line in self.nmc(*words, "--json", code=0).stdout.splitlines()]
        return {name: [line for line in lines if line["name"] == name]
                for name in {line["name"] for line in lines}}

    def trained(self):
        self.write("field.ini", FIELD)
        self.nmc("train", "field.ini")

    def test_levels_fields_and_file_of_a_trained_network(self):
        self.trained()
        found = self.objects("latent", "out", "--draws", 1000)
        network, levels = found["network"][0], found["level"]
        self.assertEqual([(line["level"], line["kept"]) for line in levels], [(1, 4), (0, 16)])
        self.assertEqual(network["branches"], 2)
        self.assertEqual(network["most_outside_cone"], 0)
        # All latent variables known: nothing is left.
        self.assertAlmostEqual(levels[-1]["energy_explained"], 1, places=9)
        with h5py.File(self.directory / "out" / "model.h5") as model:
            level = model["model/level"][()].reshape(4, 4)
        expected = np.zeros((4, 4), int)
        expected[::2, ::2] = 1
        np.testing.assert_array_equal(level, expected)
        self.fields_are_differences()
        text = self.nmc("latent", "out", "--draws", 1000, "--walks", code=0).stdout
        self.assertLessEqual(max(map(len, text.splitlines())), 80, text)
        self.opens_in_xarray()
        again = self.nmc("latent", "out", "--draws", 1000, "--json", code=0, threads=2).stdout
        clock = r'"jacobian_cpu_seconds": [^}]*?,'
        shared = self.nmc("latent", "out", "--draws", 1000, "--json", code=0, ranks=2).stdout
        self.assertEqual(re.sub(clock, "", shared), re.sub(clock, "", again))

    def fields_are_differences(self):
        h = 1e-4
        with h5py.File(self.directory / "out" / "latent.h5") as file:
            z, mean, rms = (file[f"receptive/{name}"][()] for name in ("z", "mean", "rms"))
        steps = np.concatenate([z[:, None, :] + s * h * np.eye(16)[None] for s in (-2, -1, 1, 2)])
        with h5py.File(self.directory / "z.h5", "w") as file:
            file["z"] = steps.reshape(-1, 16)
        self.nmc("evaluate", "out/model.h5", "--input", "z.h5", "--output", "x.h5", code=0)
        with h5py.File(self.directory / "x.h5") as file:
            x = file["x"][()].reshape(4, len(z), 16, 16)
        # Five points: the error of the difference is O(h^4) and rounding / h, both below 1e-9.
        jacobian = (x[0] - 8 * x[1] + 8 * x[2] - x[3]) / (12 * h)
        np.testing.assert_allclose(mean, jacobian.mean(axis=0), atol=1e-7)
        np.testing.assert_allclose(rms, np.sqrt((jacobian ** 2).mean(axis=0)), atol=1e-7)

    def opens_in_xarray(self):
        import xarray
        path = self.directory / "out" / "latent.h5"
        for engine in ("h5netcdf", "netcdf4"):
            with xarray.open_dataset(path, group="levels", engine=engine) as levels:
                self.assertEqual(levels["at_mean"].dims, ("level", "variable"))
                self.assertIn("energy", list(levels["variable"].values))
            with xarray.open_dataset(path, group="effective", engine=engine) as effective:
                self.assertEqual(effective["coupling"].dims, ("level", "monomial"))
            with xarray.open_dataset(path, group="walks", engine=engine) as walks:
                self.assertEqual(walks["sphere"].dims, ("place", "variable"))
            with xarray.open_dataset(path, group="receptive", engine=engine) as fields:
                self.assertEqual(fields["rms"].dims, ("latent", "site"))
                self.assertEqual(float(fields["rms"].where(fields["light_cone"] == 0, 0).max()), 0)

        whole = path.read_bytes()
        (self.directory / "damaged.h5").write_bytes(whole[:3000] + bytes([whole[3000] ^ 1]) + whole[3001:])
        self.assertIn("damaged", self.nmc("evaluate", "out/model.h5", "--input", "damaged.h5",
                                          "--output", "y.h5", code=2).stderr)

    def test_of_a_gaussian_field_levels_are_schur_complements_and_latents_independent(self):
        rng = np.random.default_rng(3)
        A = rng.normal(size=(6, 6))
        K = A @ A.T + 2 * np.eye(6)
        coarse, fine = [0, 2, 4], [1, 3, 5]
        schur = gaussian_model(self.directory / "gauss.h5", K, coarse, fine)
        found = self.objects("latent", "gauss.h5", "--draws", 4000)
        levels = {line["level"]: line for line in found["level"]}
        self.assertEqual(sorted(levels), [0, 1])
        self.assertAlmostEqual(levels[0]["variance"], np.trace(schur) / 6, delta=1e-6)
        self.assertAlmostEqual(levels[1]["variance"], (np.trace(K) - np.trace(schur)) / 6, delta=1e-6)
        with h5py.File(self.directory / "latent.h5") as file:
            mean, rms = file["receptive/mean"][()], file["receptive/rms"][()]
        # Of a linear map the Jacobian is one matrix, J J^T = K, and that of one level a Schur
        # complement, entry by entry.
        np.testing.assert_allclose(mean ** 2, rms ** 2, atol=1e-9)
        np.testing.assert_allclose(mean.T @ mean, K, atol=1e-6)
        np.testing.assert_allclose((mean[fine].T @ mean[fine])[np.ix_(fine, fine)], schur, atol=1e-6)
        for line in found["information"]:
            for kind in ("latents", "latents_gaussian"):
                self.assertLess(abs(line[kind]), 3 * line[f"{kind}_error"] + 1e-12, line)
        for line in levels.values():
            self.assertLess(line["z_ks_worst"], 1.3 * found["network"][0]["ks_limit"])

    def test_a_free_field_is_learned_to_levels_that_are_its_schur_complements(self):
        """A linear renormalisation group finds the free field to 1e-9 nats, without being told."""
        example = Path(__file__).parents[2] / "examples" / "free_field_rg.ini"
        run = self.nmc("run", example, "--output.dir=out", "--run.forward=0", code=0)
        self.assertNotIn("warning", run.stderr)
        network, = self.objects("report", "out")["network"]
        # S = x A x: bonds (x - x')^2 and the mass; lnZ = (N ln pi - ln det A)/2.
        A = 0.25 * np.eye(16)
        for site in range(16):
            for other in (site // 4 * 4 + (site + 1) % 4, (site + 4) % 16):
                A[site, site] += 1
                A[other, other] += 1
                A[site, other] -= 1
                A[other, site] -= 1
        log_z = (16 * np.log(np.pi) - np.linalg.slogdet(A)[1]) / 2
        self.assertLess(abs(network["lnZ"] - log_z), 1e-6)
        covariance = np.linalg.inv(A) / 2
        found = self.objects("latent", "out", "--draws", 4000)
        with h5py.File(self.directory / "out" / "latent.h5") as file:
            jacobian = file["receptive/mean"][()]  # (latent, site), of a linear map one matrix
        inverse = np.linalg.inv(jacobian)
        coarse = [0, 2, 8, 10]
        both = covariance @ inverse[:, coarse]
        known = inverse[:, coarse].T @ both
        schur = np.trace(covariance - both @ np.linalg.solve(known, both.T)) / 16
        levels = {line["level"]: line["variance"] for line in found["level"]}
        self.assertAlmostEqual(levels[0], schur, delta=1e-6)
        self.assertAlmostEqual(levels[1], np.trace(covariance) / 16 - schur, delta=1e-6)
        for line in found["information"]:
            for kind in ("latents", "latents_gaussian"):
                self.assertLess(abs(line[kind]), 3.5 * line[f"{kind}_error"], line)

    def gaussian(self, scale=1.0):
        """A field of 6 whose flow is exact, or too wide by a factor everywhere."""
        A = np.random.default_rng(3).normal(size=(6, 6))
        path = self.directory / "gauss.h5"
        path.unlink(missing_ok=True)
        gaussian_model(path, A @ A.T + 2 * np.eye(6), [0, 2, 4], [1, 3, 5])
        with h5py.File(path, "r+") as file:
            file["model/layers/000/log_scale"][...] += np.log(scale)
        return self.objects("latent", "gauss.h5", "--draws", 4000, "--walks")

    def test_the_action_of_kept_latents_is_that_of_the_network(self):
        exact = self.gaussian()
        for line in exact["effective"]:
            self.assertAlmostEqual(line["z2"], 0.5, delta=1e-9)
            for name in ("zz", "z4", "z2z2"):
                self.assertIn(line[name] is None or abs(line[name]) < 1e-9, (True,), line)
        self.assertTrue(all(line["ess_fraction"] > 1 - 1e-9 for line in exact["reweighted"]))
        # x = A s z has the action s^2 z^2 / 2, which the fit of all levels knows without error; of
        # the weights exp((1 - s^2) z^2 / 2) the ESS is (2 s^2 - 1)^(n/2) / s^(2 n) of n variables.
        s = 1.2
        wide = self.gaussian(s)
        lines = {line["level"]: line for line in wide["effective"]}
        self.assertAlmostEqual(lines[0]["z2"], s * s / 2, delta=1e-9)
        self.assertLess(abs(lines[0]["z4"]), 1e-9)
        self.assertGreater(lines[0]["r2"], 1 - 1e-9)
        self.assertLess(abs(lines[1]["z2"] - s * s / 2), 5 * lines[1]["z2_error"])
        weights = {line["weights"]: line for line in wide["reweighted"]}
        self.assertEqual(list(weights), ["none", "kept from 1", "kept from 0", "all", "exact"])
        for name, n in (("kept from 1", 3), ("kept from 0", 6)):
            ess = ((2 * s * s - 1) ** 0.5 / s ** 2) ** n
            self.assertAlmostEqual(weights[name]["ess_fraction"], ess, delta=0.03)
        self.assertAlmostEqual(weights["kept from 0"]["m2"], weights["all"]["m2"], delta=1e-9)
        for name in ("m2", "action"):
            error = np.hypot(weights["all"][f"{name}_error"], weights["exact"][f"{name}_error"])
            self.assertLess(abs(weights["all"][name] - weights["exact"][name]), 4.5 * error, name)

    def test_walks_on_spheres_stay_among_configurations(self):
        found = self.gaussian()
        ways = {kind: [line for line in found["walk"] if line["walk"] == kind]
                for kind in ("alone", "sphere", "line")}
        for end in (0, -1):
            self.assertAlmostEqual(ways["sphere"][end]["action"], ways["line"][end]["action"], places=9)
        # The action of normal variables is half their number; half way on a straight line their
        # variance is half as large.
        for point in ways["sphere"]:
            self.assertLess(abs(point["action"] - 3), 4.5 * point["action_error"], point)
        middle = ways["line"][4]
        self.assertEqual(middle["at"], 0.5)
        self.assertLess(abs(middle["action"] - 1.5), 4.5 * middle["action_error"])
        # z_i = a has the action a^2/2 above the other five.
        for point in ways["alone"]:
            expected = 2.5 + point["at"] ** 2 / 2
            self.assertLess(abs(point["action"] - expected), 4.5 * point["action_error"], point)
        for of in found["arithmetic"]:
            self.assertAlmostEqual(of["m_correlation"], 1, places=9)
            self.assertLess(abs(of["action"] - 3), 4.5 * of["action_error"])

    def test_says_where_a_fourier_layer_holds_the_modes(self):
        for place, word in (("last", "after"), ("first", "before")):
            self.write("field.ini", FIELD.replace("symmetry", f"free_field = {place}\nsymmetry")
                       .replace("steps = 150", "steps = 5"))
            self.nmc("train", "field.ini", "--restart")
            text = self.nmc("latent", "out", "--draws", 1000, code=0).stdout
            self.assertRegex(re.sub(r"\s+", " ", text), f"mixes all variables {word} the layers")
            self.assertLessEqual(max(map(len, text.splitlines())), 80, text)

    def test_says_that_a_network_stays_what_it_was_at_another_temperature(self):
        self.trained()
        text = self.nmc("latent", "out", "--draws", 1000, "--system.beta=0.3", code=0).stdout
        self.assertIn("note: system.beta = 0.3 was given", text)
        self.assertNotIn("was given", self.nmc("latent", "out", "--draws", 1000, code=0).stdout)

    def test_information_of_halves_is_bounded_from_above_by_conditionals(self):
        # Exact: p over all states of the torus, and its sums over half of them.
        s = 2 * ((np.arange(2 ** 16)[:, None] >> np.arange(16)) & 1) - 1
        rows = s.reshape(-1, 4, 4)
        bonds = (rows * np.roll(rows, 1, 1) + rows * np.roll(rows, 1, 2)).sum(axis=(1, 2))
        p = np.exp(float(BETA) * bonds)
        p = (p / p.sum()).reshape(256, 256)
        half = p.sum(axis=0)
        exact = -2 * (half * np.log(half)).sum() + (p * np.log(p)).sum()
        self.assertAlmostEqual(exact, 0.7287, delta=1e-4)
        network = "width = 8\ncouplings = true\nsymmetry = z2"
        self.write("spins.ini", SPINS.replace("beta = 0.4", f"beta = {BETA}")
                   .replace("name = made", f"name = made\n{network}")
                   .replace("steps = 2\nbatch = 32", "steps = 400\nbatch = 256\nlearning_rate = 0.01"))
        self.nmc("train", "spins.ini")
        found = self.objects("latent", "spins", "--halves")["halves"][0]
        self.assertAlmostEqual(found["entropy"], -(p * np.log(p)).sum(), delta=1e-9)
        self.assertGreaterEqual(found["information"], exact - 1e-12)
        self.assertLess(found["information"], exact + 0.02)
        self.assertAlmostEqual(found["exact"], exact, delta=1e-9)
        # By free-energy differences, from both sides by 16 draws and by one; 4.5 errors, a false
        # alarm in 3e5. A network that forgot its conditional would be out by the information.
        for inner, most in ((16, 0.02), (1, 0.2)):
            sides = self.objects("latent", "spins", "--halves", f"--inner={inner}")["halves"][0]
            self.assertLess(sides["lower"], exact + 4.5 * sides["lower_error"])
            self.assertGreater(sides["upper"], exact - 4.5 * sides["upper_error"])
            self.assertLess(sides["upper"] - sides["lower"], most)
            self.assertLess(sides["lower_error"] + sides["upper_error"], 0.1)
        self.assertIn("--halves", self.nmc("latent", "spins", "--inner=3", code=2).stderr)
        self.nmc("train", "spins.ini", "--system.L=4x3", "--train.steps=2", "--output.dir=odd")
        self.assertIn("system.L = 3x4", self.nmc("latent", "odd", "--halves", code=2).stderr)
        example = Path(__file__).parents[2] / "examples" / "ising_halves.ini"
        self.nmc("train", example, "--train.steps=300", "--output.dir=example")
        found = self.objects("latent", "example", "--halves")["halves"][0]
        self.assertLess(abs(found["information"] - exact), 0.05)

    def test_a_fit_that_fails_is_told_from_one_that_explains_nothing(self):
        self.nmc("train", "--system.name=dual_ising", "--system.L=4", f"--system.beta={BETA}",
                 "--model.name=neural_rg", "--train.steps=3", "--train.learning_rate=0.3",
                 "--sampler.name=independence", "--output.dir=wild")
        notes = self.objects("latent", "wild", "--draws", 1000)["network"][0]["notes"]
        self.assertIn("an R2 of -", " ".join(notes))

    def test_refuses_what_it_cannot_do(self):
        self.write("spins.ini", SPINS)
        self.nmc("train", "spins.ini")
        self.assertIn("has no latent variables", self.nmc("latent", "spins", code=2).stderr)
        self.assertIn("nmc rg", self.nmc("latent", "spins", code=2).stderr)
        self.trained()
        self.assertIn("it takes 1000", self.nmc("latent", "out", "--draws", 10, code=2).stderr)
        self.write("other.ini", FIELD.replace("L = 4", "L = 8").replace("dir = out", "dir = other")
                   .replace("name = independence", "name = block_gibbs")
                   + "configurations = all\n")
        self.nmc("sample", "other.ini")
        error = self.nmc("latent", "out", "--input", "other/result.h5", code=2).stderr
        self.assertIn("8x8", error)
        self.assertIn("4x4", error)
        with h5py.File(self.directory / "few.h5", "w") as file:
            file["x"] = np.ones((20, 16))
        self.assertIn("it takes 1000", self.nmc("latent", "out", "--input", "few.h5", code=2).stderr)
        self.assertIn("ask for one", self.nmc("latent", "out", "--json", "--html", code=2).stderr)
        self.assertFalse((self.directory / "out" / "latent.h5").exists())

    def test_sliders_of_the_page_move_the_picture(self):
        self.trained()
        self.nmc("latent", "out", "--draws", 1000, "--html", "--traces", "--walks", code=0)
        path = self.directory / "out" / "latent.html"
        self.assertLess(path.stat().st_size, 5_000_000)
        browser = shutil.which("chromium")
        if browser is None:
            self.skipTest("chromium is not here (package chromium)")
        probe = """<script>
          var f = document.querySelector("figure.explorer"), said = [];
          var look = function () {
            var c = f.querySelector("canvas");
            said.push([f.dataset.place, f.querySelector("output").textContent, f.querySelector("dd")
              .textContent, c.toDataURL()].join(" "));
          };
          look();
          var s = f.querySelectorAll("input");
          [[0, 4], [1, 0], [0, 2], [1, 2]].forEach(function (p) {
            s[p[0]].value = p[1]; s[p[0]].dispatchEvent(new Event("input")); look();
          });
          var d = document.documentElement, out = document.createElement("p");
          out.textContent = "said " + said.join(" | ") + " width " + d.scrollWidth + " of " + d.clientWidth;
          document.body.appendChild(out);
        </script>"""
        for width in (400, 1280):
            (self.directory / "probed.html").write_text(
                path.read_text().replace("</body>", probe + "</body>"))
            (self.directory / "frame.html").write_text(
                f"<iframe id='f' src='probed.html' style='width:{width}px;height:900px;border:0'>"
                "</iframe><pre id='out'></pre><script>document.getElementById('f').onload = function "
                "() { document.getElementById('out').textContent = "
                "this.contentDocument.body.lastElementChild.textContent; };</script>")
            done = subprocess.run(
                [browser, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
                 "--allow-file-access-from-files", f"--user-data-dir={self.directory}/profile",
                 "--virtual-time-budget=3000", "--dump-dom",
                 (self.directory / "frame.html").as_uri()],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
            found = re.search(r"id=\"out\">said (.*) width (\d+) of (\d+)", done.stdout)
            self.assertTrue(found, done.stdout[-2000:] + done.stderr[-2000:])
            self.assertLessEqual(int(found[2]), int(found[3]))
            self.assertNotIn("CONSOLE", done.stderr)
            looks = [look.split(" ") for look in found[1].split(" | ")]
            # Five positions a slider; the first moves fastest, and the middle of four is 312.
            self.assertEqual([int(look[0]) for look in looks], [312, 314, 304, 302, 312])
            self.assertEqual([look[1] for look in looks], ["0", "2", "2", "0", "0"])
            self.assertEqual(looks[0], looks[-1])
            self.assertEqual(len({look[3] for look in looks[:-1]}), 4)


if __name__ == "__main__":
    unittest.main()
