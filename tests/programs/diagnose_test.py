"""nmc diagnose: files as other programs write them, each read as what it is or refused by name."""

import json
import unittest
from pathlib import Path

import h5py
import numpy as np
from diagnose_cases import autoregression, chain_table, emcee_file, netcdf3, stan_csv, table
from program import ProgramTest

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "chains"


class DiagnoseTest(ProgramTest):
    def diagnose(self, *words, code=0):
        done = self.nmc("diagnose", *words, "--json", code=code)
        return {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}

    def refused(self, part, *words):
        done = self.nmc("diagnose", *words, "--json", code=2)
        self.assertIn(part, done.stderr)
        self.assertEqual(done.stdout, "")

    def left_out(self, found):
        return {one["name"]: one["reason"] for one in next(iter(found.values()))["left_out"]}

    def hdf5(self, path, **datasets):
        with h5py.File(self.directory / path, "w") as file:
            for key, value in datasets.items():
                file[key] = value

    def assert_same_numbers(self, first, second, scale=1.0):
        """Equal but for rounding; what has the units of the draws is `scale` times as large."""
        for key in ("mean", "error", "mcse_mean"):
            self.assertAlmostEqual(first[key] / (second[key] * scale), 1, places=12, msg=key)
        for key in ("tau_int", "tau_int_error", "rhat", "rhat_bulk", "rhat_folded", "ess_bulk",
                    "ess_tail"):
            self.assertAlmostEqual(first[key] / second[key], 1, places=12, msg=key)


class Axes(DiagnoseTest):
    x = autoregression(0.9, 4, 2000, 1)  # tau 9.5

    def setUp(self):
        super().setUp()
        np.save(self.directory / "right.npy", self.x)
        self.right = self.diagnose("right.npy")["right"]
        self.assertLess(abs(self.right["tau_int"] - 9.5), 3 * self.right["tau_int_error"])

    def test_names_decide_wherever_they_stand(self):
        for names in (("step", "walker"), ("iteration", "replica"), ("sample", "chain_id"),
                      ("draw", "chain"), ("Iteration", "Walker")):
            with h5py.File(self.directory / "a.h5", "w") as file:
                file["energy"] = self.x.T
                for axis, name in enumerate(names):
                    file[name] = np.arange(self.x.T.shape[axis])
                    file[name].make_scale(name)
                    file["energy"].dims[axis].attach_scale(file[name])
            found = self.diagnose("a.h5")
            self.assertEqual(list(found), ["energy"])
            self.assert_same_numbers(found["energy"], self.right)
            self.assertIn(names[0], found["energy"]["axes"])

    def test_labels_and_attributes_name_axes_too(self):
        with h5py.File(self.directory / "a.h5", "w") as file:
            file["labelled"] = self.x.T
            file["labelled"].dims[0].label = "step"
            file["labelled"].dims[1].label = "walker"
            file["said"] = self.x.T
            file["said"].attrs["dims"] = "step, walker"
            file["listed"] = self.x.T
            file["listed"].attrs["axes"] = ["draw", "chain"]
        for one in self.diagnose("a.h5").values():
            self.assert_same_numbers(one, self.right)

    def test_emcee_is_known_by_its_group_and_its_unfilled_steps_are_left_out(self):
        emcee_file(self.directory / "e.h5", self.x, grown=500)
        found = self.diagnose("e.h5")
        self.assertEqual(list(found), ["chain[0]", "log_prob"])
        self.assert_same_numbers(found["chain[0]"], self.right)
        self.assertIn("accepted", self.left_out(found))
        self.assertTrue(any("2000 of 2500" in note for note in found["log_prob"]["notes"]))
        with h5py.File(self.directory / "e.h5", "a") as file:
            file["mcmc"].attrs["iteration"] = -1
        self.refused("says iteration = -1", "e.h5")

    def test_more_chains_than_draws_are_refused_until_axes_are_said(self):
        np.save(self.directory / "t.npy", self.x.T)
        self.refused("2000 chains of 4 draws; say which axis is which by --axes", "t.npy")
        self.assert_same_numbers(self.diagnose("t.npy", "--axes", "draw,chain")["t"], self.right)
        self.assert_same_numbers(self.diagnose("t.npy", "--axes=step,walker")["t"], self.right)
        self.refused("--axes names 3 axes", "t.npy", "--axes", "draw,chain,site")
        self.refused("counts draws", "t.npy", "--axes", "chain,site")
        self.refused("name of its own", "t.npy", "--axes", "draw,draw")
        np.save(self.directory / "square.npy", np.ones((50, 50)))
        self.refused("50 chains of 50 draws", "square.npy")
        np.save(self.directory / "three.npy", np.stack([self.x.T, self.x.T], axis=1))
        found = self.diagnose("three.npy", "--axes", "draw,site,chain")
        self.assertEqual(list(found), ["three[0]", "three[1]"])
        self.assert_same_numbers(found["three[1]"], self.right)

    def test_names_that_mean_nothing_are_refused_until_they_are_said(self):
        with h5py.File(self.directory / "a.h5", "w") as file:
            file["energy"] = self.x
            for axis, name in enumerate(("particle", "time")):
                file["energy"].dims[axis].label = name
        # draws by time, and every particle a variable of its own
        self.assertEqual(len(self.diagnose("a.h5")), 4)
        found = self.diagnose("a.h5", "--axes", "particle=chain,time=draw")
        self.assert_same_numbers(found["energy"], self.right)
        self.refused('no axis is named "partcle"; did you mean "particle"?', "a.h5", "--axes",
                     "partcle=chain")
        with h5py.File(self.directory / "b.h5", "w") as file:
            file["energy"] = self.x
            file["energy"].dims[0].label = "row"
            file["energy"].dims[1].label = "column"
        self.refused("none of its axes row, column counts draws", "b.h5")

    def test_two_names_for_one_role_are_refused(self):
        with h5py.File(self.directory / "a.h5", "w") as file:
            file["energy"] = self.x
            file["energy"].dims[0].label = "step"
            file["energy"].dims[1].label = "sample"
        self.refused("step and sample both count draws", "a.h5")

    def test_coordinates_of_the_draws_give_order_and_gaps(self):
        def write(numbers, x):
            with h5py.File(self.directory / "a.h5", "w") as file:
                file["energy"] = x
                file["draw"] = numbers
                file["draw"].make_scale("draw")
                file["chain"] = np.arange(len(x))
                file["chain"].make_scale("chain")
                file["energy"].dims[0].attach_scale(file["chain"])
                file["energy"].dims[1].attach_scale(file["draw"])

        shuffled = np.random.default_rng(3).permutation(2000)
        write(10 * shuffled, self.x[:, shuffled])
        self.assert_same_numbers(self.diagnose("a.h5")["energy"], self.right)
        gapped = np.array([t for t in range(2000) if t % 10 != 9])
        write(gapped, self.x[:, gapped])
        self.refused("draws are missing", "a.h5")
        write(np.arange(2000) // 2, self.x)
        self.refused("was given before", "a.h5")


class Tables(DiagnoseTest):
    x = autoregression(0.6, 4, 300, 2) + 0.2 * np.arange(4)[:, None]

    def setUp(self):
        super().setUp()
        np.save(self.directory / "right.npy", self.x)
        self.right = self.diagnose("right.npy")["right"]

    def test_columns_of_chains_by_any_of_their_names(self):
        for chain, draw in (("chain", "draw"), ("chain__", "draw__"), (".chain", ".iteration"),
                            ("Chain", "Draw"), ("chain_id", "iter"), ("CHAIN.ID", "Iteration"),
                            ("walker", "step"), ("Replica", "sweep"), ("chain_index", "sample")):
            for delimiter in (",", ";", "\t", "  "):
                self.write("a.csv", chain_table(self.x, chain, draw, 1, delimiter))
                found = self.diagnose("a.csv")
                self.assertEqual(list(found), ["energy"])
                self.assert_same_numbers(found["energy"], self.right)

    def test_chains_may_have_names(self):
        rows = ["chain,energy"] + [f"run {'zyxw'[c]},{float(v)!r}"
                                   for c in range(4) for v in self.x[c]]
        self.write("a.csv", "\n".join(rows))
        self.assert_same_numbers(self.diagnose("a.csv")["energy"], self.right)

    def test_rows_are_put_into_order(self):
        lines = chain_table(self.x).splitlines()
        order = np.random.default_rng(4).permutation(1200)
        self.write("a.csv", "\n".join([lines[0]] + [lines[1 + k] for k in order]))
        self.assert_same_numbers(self.diagnose("a.csv")["energy"], self.right)

    def test_gaps_and_repeats_are_refused_with_the_line_and_thinning_is_not(self):
        lines = chain_table(self.x).splitlines()
        self.write("a.csv", "\n".join(line for k, line in enumerate(lines) if k % 10 != 5))
        self.refused("a.csv:6: draw 5 of chain 0 follows 3 (a.csv:5)", "a.csv")
        self.write("b.csv", "\n".join(lines[:50] + lines[49:]))
        self.refused("b.csv:51: draw 48 of chain 0 was given before, at b.csv:50", "b.csv")
        thinned = [line for k, line in enumerate(lines[1:]) if k % 3 == 0]
        self.write("c.csv", "\n".join(lines[:1] + thinned))
        found = self.diagnose("c.csv")["energy"]
        self.assertEqual((found["chains"], found["draws"]), (4, 100))
        self.assertTrue(any("3 apart" in note for note in found["notes"]))
        self.write("d.csv", "\n".join(lines[:1] + thinned[:100] + [
            line.replace("1,", "1,", 1) for line in lines[301:401]]))
        self.refused("rises by 3 in one chain and by 1 in another", "d.csv")

    def test_chains_that_nobody_numbers_are_not_joined(self):
        text = chain_table(self.x)
        self.write("a.csv", "\n".join(line.split(",", 1)[1] for line in text.splitlines()))
        self.refused("are these several chains?", "a.csv")
        self.write("b.csv", table({"rank": np.repeat([3, 5, 7, 9], 300), "energy": self.x.ravel()}))
        self.refused("does it number the chains? Say --axes rank=chain", "b.csv")
        self.assert_same_numbers(self.diagnose("b.csv", "--axes", "rank=chain")["energy"],
                                 self.right)
        found = self.diagnose("b.csv", "--axes", "rank=variable")
        self.assertEqual(list(found), ["rank", "energy"])
        self.refused('no column is named "Rank"', "b.csv", "--axes", "Rank=chain")
        self.refused("its columns have names", "b.csv", "--axes", "chain,draw")

    def test_files_are_chains(self):
        for c in range(4):
            self.write(f"out_{c}.csv", stan_csv(self.x[c], 50, says=("1", "true")[c % 2]))
        found = self.diagnose(*(f"out_{c}.csv" for c in range(4)))
        self.assertEqual(found["theta"]["chains"], 4)
        self.assert_same_numbers(found["theta"], self.right)
        self.assertTrue(any("50 warm-up rows left out" in n for n in found["theta"]["notes"]))
        self.write("other.csv", "theta\n1\n2\n")
        self.refused("the same variables", "out_0.csv", "other.csv")
        self.refused("named twice", "out_0.csv", "out_0.csv")
        self.write("short.csv", stan_csv(self.x[0][:200], 50))
        self.refused("cut them to equal length", "out_0.csv", "short.csv")

    def test_warmup_of_stan_is_left_out_and_contradictions_are_refused(self):
        x = self.x[0]
        for text in (stan_csv(x, 34, thin=3), stan_csv(x, 50, marker=False),
                     stan_csv(x, 50, says="0"), stan_csv(x, 50, says="false", marker=False)):
            self.write("a.csv", text)
            found = self.diagnose("a.csv")["theta"]
            self.assertEqual(found["draws"], 300)
            self.assertAlmostEqual(found["mean"], x.mean(), places=12)
        self.write("a.csv", stan_csv(x, 50).replace("save_warmup = 1", "save_warmup = 0"))
        self.refused("the adaptation ended after 50 rows", "a.csv")
        self.write("a.csv", stan_csv(x[:20], 500, marker=False).replace("100.5", "1"))
        self.assertEqual(self.diagnose("a.csv")["theta"]["draws"], 20)
        self.write("a.csv", stan_csv(x, 0, says="1", marker=False).replace("warmup = 0", "warmup = 900"))
        self.refused("the first 900 rows are warm-up, and it has 300", "a.csv")
        self.write("a.csv", stan_csv(x, 0).replace("method = sample", "method = optimize"))
        self.refused("no Markov chain", "a.csv")
        self.write("a.csv", table({"warmup": [1] * 50 + [0] * 300, "x": [99.0] * 50 + list(x)}))
        found = self.diagnose("a.csv")
        self.assertEqual(found["x"]["draws"], 300)
        self.assertIn("50 rows left out", self.left_out(found)["warmup"])

    def test_blanks_separate_columns_and_comments_name_them(self):
        np.savetxt(self.directory / "a.dat", np.c_[np.arange(300), self.x[0]], header="step e0")
        np.savetxt(self.directory / "b.txt", self.x[0])
        np.savetxt(self.directory / "c", np.c_[self.x[0], self.x[1]])
        found = self.diagnose("a.dat")
        self.assertEqual(list(found), ["e0"])
        self.assertIn("draws by column step", found["e0"]["axes"])
        self.assertEqual(list(self.diagnose("b.txt")), ["column0"])
        self.assertEqual(list(self.diagnose("c")), ["column0", "column1"])
        (self.directory / "d.dat").write_text("% x  y\n" + "".join(
            f"  {a:.6E}\t{b:.6E}  \n".replace("E", "D") for a, b in self.x[:2].T))
        self.assertEqual(list(self.diagnose("d.dat")), ["x", "y"])

    def test_a_clock_is_a_variable_and_an_even_time_is_not(self):
        self.write("a.csv", table({"time": [0.1 * (t + 1) for t in range(300)],
                                   "x": list(map(float, self.x[0]))}))
        self.assertEqual(list(self.diagnose("a.csv")), ["x"])
        clock = np.cumsum(np.random.default_rng(1).uniform(size=300))
        self.write("b.csv", table({"time": list(map(float, clock)), "T": [2.0] * 300,
                                   "x": list(map(float, self.x[0]))}))
        self.assertEqual(sorted(self.diagnose("b.csv")), ["T", "time", "x"])

    def test_what_is_no_number_is_refused_with_the_line(self):
        for cell in ("", "NA", "nan", "inf", "None", "1.5.2", "1_000", "0x10", "(1+2j)"):
            lines = chain_table(self.x).splitlines()
            lines[7] = lines[7].rsplit(",", 1)[0] + "," + cell
            self.write("a.csv", "\n".join(lines))
            self.refused("a.csv:8: ", "a.csv")
        self.write("b.csv", "x;y\n" + "1,5;2,5\n" * 9)
        self.refused("b.csv:2: \"1,5\" in column x is not a number; decimals need a point", "b.csv")
        self.write("c.csv", "x,method\n" + "1,nuts\n2,nuts\n" * 9)
        found = self.diagnose("c.csv")
        self.assertEqual(self.left_out(found), {"method": 'text ("nuts")'})
        self.write("d.csv", "x,y\n1,NA\n2,3\n3,4\n4,5\n")  # another column can still be had
        self.refused("d.csv:2", "d.csv")
        self.assertEqual(list(self.diagnose("d.csv:x")), ["x"])

    def test_truth_values_are_numbers_and_row_numbers_are_said(self):
        self.write("a.csv", ',x,diverging\n' + "".join(
            f"{t},{float(v)!r},{'TRUE' if t % 2 else 'FALSE'}\n" for t, v in enumerate(self.x[0])))
        found = self.diagnose("a.csv")
        self.assertEqual(found["diverging"]["mean"], 0.5)
        self.assertIn("a column without name", self.left_out(found))

    def test_columns_of_weights_are_said_to_weigh_nothing(self):
        draws = np.random.default_rng(1).normal(size=200)
        for name, is_said in (("weight", True), ("Log_Weights", True), ("weighty", False)):
            rows = [f"{name},energy", *(f"{abs(x)},{x}" for x in draws)]
            (self.directory / "w.csv").write_text("\n".join(rows) + "\n")
            said = "same weight" in self.nmc("diagnose", "w.csv").stdout
            self.assertEqual(said, is_said, name)

    def test_layouts_that_are_no_table_are_refused(self):
        for text, part in (("x,y\n1,2\n1\n", "a.csv:3: 1 values where 2 columns"),
                           ("x,x\n1,2\n", "a.csv:1: two columns are named x"),
                           ("x,y\n1,2\nx,y\n3,4\n", "a.csv:3: the names of the columns again"),
                           ("0,1\n0.5,0.25\n1.5,2.25\n", "0, 1, 2 … above real numbers"),
                           ("1.5,NA\n2.5,3\n", "a.csv:1: \"1.5 NA\""),
                           ('x,y\n"1,2\n', "a.csv:2: a quote is opened"),
                           ("", "is empty"), ("# nothing\n", "holds no numbers")):
            self.write("a.csv", text)
            self.refused(part, "a.csv")

    def test_byte_order_marks_and_foreign_line_ends(self):
        text = chain_table(self.x)
        for raw in (b"\xef\xbb\xbf" + text.encode(), text.replace("\n", "\r\n").encode(),
                    text.replace("\n", "\r").encode()):
            (self.directory / "a.csv").write_bytes(raw)
            self.assert_same_numbers(self.diagnose("a.csv")["energy"], self.right)
        for code in ("utf-16", "utf-16-le", "utf-16-be"):
            (self.directory / "b.csv").write_bytes(text.encode(code))
            self.refused("UTF-16", "b.csv")


class Arrays(DiagnoseTest):
    x = autoregression(0.9, 4, 2000, 5)

    def test_npy_of_every_kind_of_number(self):
        whole = np.round(100 * self.x)
        np.save(self.directory / "r.npy", whole)
        right = self.diagnose("r.npy")["r"]
        kinds = ("<f8", ">f8", "<f4", ">f4", "<i2", ">i4", "<i8", "<f2")
        for kind in kinds:
            for order in "CF":
                np.save(self.directory / "r.npy", whole.astype(kind, order=order))
                self.assert_same_numbers(self.diagnose("r.npy")["r"], right)
        np.save(self.directory / "b.npy", self.x > 0)
        self.assertAlmostEqual(self.diagnose("b.npy")["b"]["mean"], (self.x > 0).mean())
        np.save(self.directory / "z.npy", self.x + 2j * self.x)
        found = self.diagnose("z.npy")
        self.assert_same_numbers(found["im z"], found["re z"], 2.0)
        for version in ((1, 0), (2, 0), (3, 0)):
            with open(self.directory / "r.npy", "wb") as file:
                np.lib.format.write_array(file, whole, version=version)
            self.assert_same_numbers(self.diagnose("r.npy")["r"], right)

    def test_npy_that_is_not_numbers_or_damaged_is_refused(self):
        np.save(self.directory / "o.npy", np.array([1, "a"], dtype=object), allow_pickle=True)
        self.refused("Python objects", "o.npy")
        np.save(self.directory / "s.npy", np.zeros(9, dtype=[("x", "f8")]))
        self.refused("holds records", "s.npy")
        np.save(self.directory / "l.npy", np.zeros((2, 9), dtype=np.longdouble))
        self.refused("up to 8 bytes", "l.npy")
        np.save(self.directory / "c.npy", self.x)
        whole = (self.directory / "c.npy").read_bytes()
        (self.directory / "c.npy").write_bytes(whole[:-8])
        self.refused("cut off", "c.npy")
        np.savez(self.directory / "c.npz", x=self.x)
        self.refused(".npz", "c.npz")

    def test_netcdf3_asks_for_no_memory_that_its_bytes_cannot_fill(self):
        path = self.directory / "x.nc"
        netcdf3(path, self.x)
        whole = path.read_bytes()
        chains = len(self.x).to_bytes(4, "big")
        path.write_bytes(whole.replace(b"chain\0\0\0" + chains, b"chain\0\0\0" + b"\0\1\0\0", 1))
        self.assertIn("more than the file has bytes for",
                      self.nmc("diagnose", "x.nc", code=2).stderr)

    def test_netcdf3_is_read_with_names_and_packing(self):
        np.save(self.directory / "r.npy", self.x)
        right = self.diagnose("r.npy")["r"]
        path = self.directory / "a.nc"
        netcdf3(path, self.x)
        self.assert_same_numbers(self.diagnose("a.nc")["energy"], right)
        netcdf3(path, self.x.T, ("step", "walker"), records=True)
        self.assert_same_numbers(self.diagnose("a.nc")["energy"], right)
        netcdf3(path, self.x, attributes=[("scale_factor", 4.0)])
        self.assert_same_numbers(self.diagnose("a.nc:energy")["energy"], right, 4.0)
        self.refused("has no variable of numbers m; it has energy", "a.nc:m")
        for length in (3, 40, 90, 200, 5000):
            (self.directory / "cut.nc").write_bytes(path.read_bytes()[:length])
            self.nmc("diagnose", "cut.nc", code=2)

    def test_packed_and_missing_values_of_cf(self):
        raw = np.round(1000 * self.x).astype("i2")
        self.hdf5("r.h5", energy=raw * 0.01 - 20)
        right = self.diagnose("r.h5")["energy"]
        self.hdf5("a.h5", energy=raw)
        with h5py.File(self.directory / "a.h5", "a") as file:
            file["energy"].attrs.update(scale_factor=0.01, add_offset=np.array([-20.0]), units="K")
            file["energy"].attrs["_FillValue"] = np.int16(-32767)
        found = self.diagnose("a.h5")["energy"]
        self.assert_same_numbers(found, right)
        self.assertEqual(found["units"], "K")
        for key, value in (("_FillValue", -32767), ("missing_value", [-32766, -32767]),
                           ("valid_min", -32000), ("valid_range", [-32000, 32000])):
            raw[2, 7] = -32767
            self.hdf5("b.h5", energy=raw, other=1.0 * raw + self.x)
            with h5py.File(self.directory / "b.h5", "a") as file:
                file["energy"].attrs[key] = np.array(value, dtype="i2")
            found = self.diagnose("b.h5", code=4)
            self.assertIn("1 of 8000 draws are missing", found["energy"]["refused"])
            self.assertIsNone(found["energy"]["mean"])
            self.assertNotIn("refused", found["other"])

    def test_what_lies_beside_a_series_is_left_out_and_said(self):
        series = self.x[0]
        self.hdf5("a.h5", energy=series, m=series, beta=0.4, L=8, name="ising",
                  configs=np.ones((2000, 20), dtype="i1"))
        found = self.diagnose("a.h5")
        self.assertEqual(list(found), ["energy", "m"])
        self.assertEqual(set(self.left_out(found)), {"beta", "L", "name", "configs"})
        self.assertIn("configurations", self.left_out(found)["configs"])
        self.hdf5("b.h5", energy=series, configs=np.ones((2000, 4000), dtype="i1"))
        self.assertEqual(list(self.diagnose("b.h5")), ["energy"])
        self.hdf5("c.h5", energy=self.x, first=series, step_size=np.ones(4))
        found = self.diagnose("c.h5")
        self.assertEqual(list(found), ["energy", "first"])
        self.assertIn("no series over the draws", self.left_out(found)["step_size"])
        text = self.nmc("diagnose", "a.h5").stdout
        self.assertIn("left out: L, beta: a single number", text)
        self.hdf5("d.h5", beta=0.4)
        self.refused("a single number", "d.h5")

    def test_truth_values_records_and_complex_numbers_of_hdf5(self):
        record = np.zeros((4, 2000), dtype=[("a", "f8"), ("b", "i4"), ("c", "S3")])
        record["a"], record["b"] = self.x, 100 * self.x
        self.hdf5("a.h5", up=self.x > 0, z=self.x - 1j * self.x, record=record)
        found = self.diagnose("a.h5")
        self.assertEqual(list(found), ["record.a", "record.b", "up", "re z", "im z"])
        self.assertAlmostEqual(found["up"]["mean"], (self.x > 0).mean())
        self.assert_same_numbers(found["re z"], found["record.a"])

    def test_what_the_library_cannot_unpack_is_not_called_damaged(self):
        with h5py.File(self.directory / "a.h5", "w") as file:
            file.create_dataset("energy", data=self.x, compression="lzf")
        self.refused("/energy of a.h5 is packed by the filter lzf", "a.h5")

    def test_groups_that_hold_themselves_and_links_into_nothing_end(self):
        with h5py.File(self.directory / "a.h5", "w") as file:
            file["g/h/energy"] = self.x
            file["g/h/up"] = file["g"]
            file["g/self"] = file["/"]
            file["g/soft"] = h5py.SoftLink("/g/h")
            file["lost"] = h5py.SoftLink("/nowhere")
            file["loop"] = h5py.SoftLink("/loop")
        found = self.diagnose("a.h5")
        self.assertEqual(sorted(found), ["energy"])
        self.assertEqual(self.left_out(found)["/lost"], "a link that leads nowhere")
        self.assertTrue("/loop" in self.left_out(found))
        with h5py.File(self.directory / "b.h5", "w") as file:
            group = file
            for level in range(3000):
                group = group.create_group("g")
                if level == 20:
                    group["energy"] = self.x
        found = self.diagnose("b.h5")
        self.assertEqual(list(found), ["energy"])
        self.assertIn("nested deeper", next(iter(self.left_out(found).values())))

    def test_groups_of_arviz(self):
        with h5py.File(self.directory / "a.h5", "w") as file:
            file["posterior/energy"] = self.x
            file["sample_stats/lp"] = -self.x
            file["warmup_posterior/energy"] = 100 + self.x
        found = self.diagnose("a.h5")
        self.assertEqual(list(found), ["energy"])
        self.assertEqual(set(self.left_out(found)), {"/sample_stats", "/warmup_posterior"})
        self.assertEqual(list(self.diagnose("a.h5:sample_stats")), ["lp"])
        self.assertEqual(list(self.diagnose("a.h5:/sample_stats/lp")), ["lp"])
        self.assertEqual(list(self.diagnose("a.h5:energy")), ["energy"])

    def test_a_directory_stands_for_its_result(self):
        (self.directory / "run").mkdir()
        self.refused("without result.h5", "run")
        (self.directory / "run" / "parts").mkdir()
        self.refused("not finished", "run")
        with h5py.File(self.directory / "run" / "result.h5", "w") as file:
            file["posterior/energy"] = self.x
        self.assertEqual(list(self.diagnose("run")), ["energy"])

    def test_formats_that_are_not_read_are_named(self):
        for raw, part in ((b"\x1f\x8b\x08", "gzip"), (b"PAR1", "Parquet"), (b'{"x": [1]}', "JSON"),
                          (b"\x80\x04\x95", "pickle"), (b"root\0\0", "ROOT"),
                          (b"\x00\x01\x02" * 99, "neither text nor a format")):
            (self.directory / "a.bin").write_bytes(raw)
            self.refused(part, "a.bin")


class Numbers(DiagnoseTest):
    def test_tau_and_errors_do_not_depend_on_the_size_of_the_draws(self):
        x = autoregression(0.9, 4, 2000, 6) + 0.1
        self.hdf5("a.h5", w=x)
        right = self.diagnose("a.h5")["w"]
        for exponent in (-1000, -540, -340, 340, 540, 1000):
            scale = 2.0**exponent
            self.hdf5("b.h5", w=x * scale)
            self.assert_same_numbers(self.diagnose("b.h5")["w"], right, scale)
        self.hdf5("c.h5", w=np.round(50 * x) * 5e-324)  # denormal: the same whole numbers, tiny
        self.hdf5("d.h5", w=np.round(50 * x))
        tiny, whole = self.diagnose("c.h5")["w"], self.diagnose("d.h5")["w"]
        for key in ("tau_int", "rhat", "ess_bulk", "ess_tail"):
            self.assertAlmostEqual(tiny[key] / whole[key], 1, places=12)
        self.hdf5("e.h5", w=np.where(x > 0, 1.7e308, -1.7e308), u=np.where(x > 0, 1.0, -1.0))
        found = self.diagnose("e.h5")
        self.assert_same_numbers(found["w"], found["u"], 1.7e308)
        text = self.nmc("diagnose", "b.h5").stdout
        self.assertLess(max(map(len, text.splitlines()[:2])), 81)

    def test_the_clamp_of_tau_is_said_where_it_acts(self):
        for rho, tau in ((-0.5, "about 0.1[67]"), (-0.9, "below 0.05")):
            self.hdf5("a.h5", x=autoregression(rho, 4, 4000, 7))
            found = self.diagnose("a.h5")["x"]
            self.assertTrue(found["tau_clamped"])
            said = next(w for w in found["warnings"] if w.startswith("antithetic"))
            self.assertRegex(said, tau)
            self.assertIn("antithetic", self.nmc("diagnose", "a.h5").stdout)
            # capped as in Vehtari et al. 2021: at most N log10 N
            self.assertLessEqual(found["ess_bulk"], 16000 * np.log10(16000) * (1 + 1e-12))
        self.hdf5("a.h5", x=autoregression(0.5, 4, 4000, 7))
        found = self.diagnose("a.h5")["x"]
        self.assertEqual((found["tau_clamped"], found["warnings"]), (False, []))

    def test_warnings_are_in_json_and_text(self):
        slow = autoregression(0.99, 4, 1000, 8) + 3 * np.arange(4)[:, None]
        frozen = autoregression(0.5, 4, 1000, 9)
        frozen[1] = 0.5
        twin = autoregression(0.5, 4, 1000, 10)
        twin[3] = twin[0]
        self.hdf5("a.h5", slow=slow, frozen=frozen, twin=twin, same=np.full((4, 1000), 2.5))
        found = self.diagnose("a.h5")
        text = self.nmc("diagnose", "a.h5").stdout
        for name, part in (("slow", "R-hat"), ("slow", "bulk ESS"), ("slow", "tau_int"),
                           ("frozen", "1 of 4 chains never move"),
                           ("twin", "chains 0 and 3 are equal draw by draw"),
                           ("same", "all draws are equal")):
            self.assertTrue(any(part in w for w in found[name]["warnings"]), found[name])
            self.assertIn(part, text)
        self.hdf5("b.h5", x=autoregression(0.5, 1, 4000, 11)[0])
        self.assertIn("one chain: R-hat compares its two halves only",
                      self.diagnose("b.h5")["x"]["warnings"])

    def test_the_page_fits_a_terminal(self):
        lines = self.nmc("diagnose", "--help").stdout.splitlines()
        self.assertLessEqual(len(lines), 24)
        self.assertLessEqual(max(map(len, lines)), 80)
        self.assertTrue(any("nmc diagnose " in line and "--axes" in line for line in lines[4:]))


@unittest.skipUnless(CASES.is_dir(), f"{CASES} is not there")
class Cases(DiagnoseTest):
    """Files that an earlier version misread."""

    def test_axes_by_name(self):
        one = self.diagnose(CASES / "emcee.h5")["chain[0]"]
        self.assertEqual((one["chains"], one["draws"]), (16, 3000))
        self.assertLess(abs(one["tau_int"] - 9.5), 3 * one["tau_int_error"])
        self.assert_same_numbers(self.diagnose(CASES / "xr_step_walker.nc")["energy"],
                                 self.diagnose(CASES / "a.npy")["a"])

    def test_columns_of_chains(self):
        for name in ("ok.csv", "cmdstanpy.csv", "posterior_r.csv", "capital.csv"):
            found = self.diagnose(CASES / name)
            self.assertEqual(list(found), ["energy"])
            self.assertEqual(round(found["energy"]["rhat"], 3), 1.069)

    def test_gaps_warmup_blanks(self):
        self.refused("draws are missing", CASES / "gapped.csv")
        found = self.diagnose(CASES / "stan_save_warmup.csv")["theta.1"]
        self.assertLess(abs(found["mean"]), 4 * found["error"])
        self.assertEqual(list(self.diagnose(CASES / "savetxt.dat")), ["e0", "e1", "e2", "e3"])
        self.assertEqual(list(self.diagnose(CASES / "scalar_dat.dat")),
                         ["LocalEnergy", "LocalEnergy_sq"])

    def test_series_beside_others(self):
        found = self.diagnose(CASES / "scalar_beside.h5")
        self.assertEqual((list(found), set(self.left_out(found))), (["energy"], {"L", "beta"}))
        found = self.diagnose(CASES / "series_and_configs.h5")
        self.assertEqual((list(found), list(self.left_out(found))), (["energy", "m"], ["configs"]))

    def test_sizes_and_antithetic_draws(self):
        tiny = self.diagnose(CASES / "scale1e-170.h5")["w"]
        huge = self.diagnose(CASES / "scale1e+160.h5")["w"]
        self.assertAlmostEqual(tiny["tau_int"] / huge["tau_int"], 1, places=9)
        self.assertAlmostEqual(tiny["error"] * 1e170 / (huge["error"] / 1e160), 1, places=9)
        for one in self.diagnose(CASES / "antithetic.h5").values():
            self.assertTrue(one["tau_clamped"])
            self.assertTrue(any("counts as 1/2" in w for w in one["warnings"]))

    def test_netcdf3_and_npy(self):
        self.assertEqual(list(self.diagnose(CASES / "xr_nc3.nc")), ["energy"])
        self.assertEqual(list(self.diagnose(CASES / "a.npy")), ["a"])


if __name__ == "__main__":
    unittest.main()
