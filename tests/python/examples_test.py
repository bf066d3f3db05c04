"""The scripts of examples/python, and the torch loader against nmc evaluate."""

import os
import subprocess
import sys
import unittest
from pathlib import Path

import numpy as np

import neuralmc
from network_test import FLOW
from support import HAS_MPI, ROOT, InFolder, mpirun

EXAMPLES = ROOT / "examples" / "python"


class Examples(InFolder):
    def example(self, name, *words, before=(), codes=(0,)):
        done = subprocess.run([*before, sys.executable, EXAMPLES / name, *words], capture_output=True,
                              text=True, timeout=300)
        self.assertIn(done.returncode, codes, done.stdout + done.stderr)
        return done.stdout

    def test_figures_are_made_where_matplotlib_is(self):
        done = subprocess.run([sys.executable, EXAMPLES / "figures.py", "40"], capture_output=True,
                              text=True, timeout=300)
        self.assertIn("L = 16", done.stdout)
        if "SKIP" in done.stderr:
            print(done.stderr.strip())
            return
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreater(os.path.getsize("runs/figures/ising.svg"), 10_000)
        self.assertGreater(os.path.getsize("runs/figures/magnetisation.pdf"), 5_000)

    def test_phi4_in_numpy_is_the_builtin_one(self):
        sys.path.insert(0, str(EXAMPLES))
        import own_phi4
        phi4 = own_phi4.Phi4(8, -4.0, 8.0)
        x = np.asfortranarray(np.random.default_rng(1).normal(size=(16, 64)))
        f = x.reshape(-1, 8, 8)
        action = sum(((np.roll(f, -1, a) - f) ** 2).sum((1, 2)) for a in (1, 2))
        action += (-4 * f**2 + 8 * f**4).sum((1, 2))
        np.testing.assert_allclose(phi4.energy(x), action, rtol=1e-12)
        slope = 2 * (4 * f - sum(np.roll(f, s, a) for a in (1, 2) for s in (1, -1)))
        slope += -8 * f + 32 * f**3
        np.testing.assert_allclose(phi4.gradient(x), slope.reshape(16, -1), rtol=1e-10, atol=1e-10)
        hmc = {"sampler": {"name": "hmc", "chains": 64, "target_acceptance": 0, "step_size": 0.05},
               "run": {"warmup": 0, "draws": 3, "seed": 3}}
        mine = neuralmc.run(hmc, system={"name": "my_phi4"}, output={"dir": "mine"})
        known = neuralmc.run(hmc, system={"name": "phi4", "L": 8, "m2": -4, "lambda": 8},
                             output={"dir": "known"})
        lp = [run.open()["sample_stats"].lp.values for run in (mine, known)]
        np.testing.assert_allclose(lp[0], lp[1], rtol=1e-8)  # chains part by rounding, slowly

    def test_phi4_in_numpy_passes_certify_and_runs_under_mpirun(self):
        self.assertIn("0 failed", self.example("own_phi4.py", "certify", "my_phi4"))
        if HAS_MPI:
            out = self.example("own_phi4.py", "run", "--run.draws=20", "--run.warmup=20",
                               before=mpirun(2), codes=(0, 4))  # chains of that length are refused
            self.assertIn("observable", out)

    def test_the_torch_loader_agrees_with_the_program(self):
        try:
            import torch
        except ImportError:
            print("SKIP: the torch loader is not tested: there is no torch (apt-get install "
                  "python3-torch)")
            return
        sys.path.insert(0, str(EXAMPLES))
        import torch_model
        run = neuralmc.train(FLOW, model={"precision": "double"})
        flow, network = torch_model.Flow(run.directory / "model.h5"), run.network()
        z = np.random.default_rng(1).normal(size=(50, 16))
        x, log_det = (out.detach().numpy() for out in flow(torch.tensor(z)))
        np.testing.assert_allclose(x, network.forward(z)[0], atol=1e-12)
        np.testing.assert_allclose(log_det, network.forward(z)[1], atol=1e-12)
        np.testing.assert_allclose(flow.log_prob(torch.tensor(x)).detach().numpy(),
                                   network.log_prob(x), atol=1e-11)
        self.example("torch_model.py", str(Path(run.directory) / "model.h5"))


if __name__ == "__main__":
    unittest.main()
