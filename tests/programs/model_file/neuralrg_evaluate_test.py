"""A model file written by a stranger's script evaluates to the numbers of its source.

usage: neuralrg_evaluate_test.py NMC CONVERTER NETWORK.h5
Values agree to 1e-12, gradients to 1e-9, relative to the largest entry of the array: rounding of
about 80 affine couplings in double, see data/README.md of the reference."""

import os
import subprocess
import sys
import tempfile
import unittest

SKIP = 77
VALUES = ("x", "log_det_dxdz", "log_prior", "log_q", "log_q_sym", "energy", "U", "U_sym")
GRADIENTS = ("grad_energy_x", "grad_U_z", "grad_U_sym_z")
INFERENCE = ("z", "log_det_dzdx", "log_q")
NMC, CONVERTER, NETWORK = sys.argv[1:4]


def evaluate(network, inputs, options=()):
    """Runs converter and nmc on {dataset: array}; returns {dataset: array}."""
    with tempfile.TemporaryDirectory() as folder:
        model, given, result = (os.path.join(folder, name) for name in ("m.h5", "in.h5", "out.h5"))
        subprocess.run([sys.executable, CONVERTER, network, model, *options], check=True)
        with h5py.File(given, "w") as file:
            for name, values in inputs.items():
                file[name] = values
        subprocess.run([NMC, "evaluate", model, "--input", given, "--output", result], check=True,
                       stdout=subprocess.DEVNULL)
        with h5py.File(result, "r") as file:
            return {name: file[name][:] for name in file}


class NeuralRGModelFile(unittest.TestCase):
    def assert_close(self, name, got, expected, tolerance):
        self.assertEqual(got.dtype, np.float64, name)
        got = got.reshape(expected.shape)
        error = np.max(np.abs(got - expected)) / np.max(np.abs(expected))
        print(f"{name:16s} relative error {error:.1e}", flush=True)
        self.assertLess(error, tolerance, name)

    def test_generation_equals_the_reference(self):
        with h5py.File(NETWORK, "r") as file:
            batch = {name: values[:] for name, values in file["L4_headline/batch"].items()}
        got = evaluate(NETWORK, {"z": batch["z"]})
        for name in VALUES:
            self.assert_close(name, got[name], batch[name], 1e-12)
        for name in GRADIENTS:
            self.assert_close(name, got[name], batch[name], 1e-9)

    def test_without_symmetry_the_flow_is_the_same_and_no_mixture_is_reported(self):
        with h5py.File(NETWORK, "r") as file:
            batch = {name: values[:] for name, values in file["L4_headline/batch"].items()}
        got = evaluate(NETWORK, {"z": batch["z"]}, ["--plain"])
        for name in ("x", "log_q", "U"):
            self.assert_close(name, got[name], batch[name], 1e-12)
        self.assert_close("grad_U_z", got["grad_U_z"], batch["grad_U_z"], 1e-9)
        self.assertFalse({"log_q_sym", "U_sym", "grad_U_sym_z"} & set(got))

    def test_inference_equals_the_reference(self):
        with h5py.File(NETWORK, "r") as file:
            inference = {name: values[:] for name, values in file["L4_headline/inference"].items()}
        got = evaluate(NETWORK, {"x": inference["x"]})
        for name in INFERENCE:
            self.assert_close(name, got[name], inference[name], 1e-12)

    def test_a_model_file_in_pieces_is_refused_with_exit_code_2(self):
        with tempfile.TemporaryDirectory() as folder:
            model, result = os.path.join(folder, "m.h5"), os.path.join(folder, "out.h5")
            subprocess.run([sys.executable, CONVERTER, NETWORK, model], check=True)
            with open(model, "r+b") as file:
                file.truncate(os.path.getsize(model) // 2)
            run = subprocess.run([NMC, "evaluate", model, "--input", NETWORK, "--output", result],
                                 capture_output=True, text=True)
            print(run.stderr.strip())
            self.assertEqual(run.returncode, 2)
            self.assertIn(model, run.stderr)
            self.assertFalse(os.path.exists(result))


if __name__ == "__main__":
    try:
        import h5py
        import numpy as np
    except ImportError as error:
        print(f"SKIP: {error}; install python3-h5py")
        sys.exit(SKIP)
    if not os.path.exists(NETWORK):
        print(f"SKIP: the reference network {NETWORK} is missing")
        sys.exit(SKIP)
    unittest.main(argv=sys.argv[:1], verbosity=2)
