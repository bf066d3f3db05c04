"""Reads or writes a file as strangers do: `write FILE` makes a netCDF-4 file with chains, `read FILE`
opens the groups of one that the archive wrote, with both of xarray's HDF5 engines.
Exit code 77: a package is missing."""
import sys

try:
    import h5netcdf  # noqa: F401
    import h5py
    import netCDF4  # noqa: F401
    import numpy as np
    import xarray as xr
except ImportError as error:
    print(error)
    sys.exit(77)


def read(path):
    for engine in ("h5netcdf", "netcdf4"):
        posterior = xr.open_dataset(path, group="posterior", engine=engine)
        assert dict(posterior.sizes) == {"chain": 2, "draw": 3, "site": 2}, posterior
        assert posterior["energy"].dims == ("chain", "draw")
        assert np.array_equal(posterior["energy"], [[0, 1, 2], [3, 4, 5]])
        assert posterior["x"].dims == ("chain", "draw", "site")
        assert np.array_equal(posterior["x"].sel(chain=1, draw=2), [10, 11])
        assert np.array_equal(posterior["draw"], [0, 1, 2])
        stats = xr.open_dataset(path, group="sample_stats", engine=engine)
        assert stats["diverging"].dtype == bool, stats["diverging"]
        assert stats["diverging"].values.tolist() == [[False, True, False], [True, False, False]]
        provenance = xr.open_dataset(path, group="provenance", engine=engine)
        assert provenance.attrs["resolved_job"] == "[run]\nseed = 1  # β\n", provenance.attrs
        assert provenance.attrs["ranks"] == 2
    with h5py.File(path) as file:
        assert isinstance(file["provenance"].attrs["host"], str)
        assert file["names"].asstr()[:].tolist() == ["a", "β"]


def write(path):
    values = np.arange(24.0).reshape(3, 2, 4)
    variables = {"x": (("draw", "chain", "k"), values),
                 "n": (("chain", "draw"), np.array([[1, 2, 3], [4, 5, 6]], dtype="int32")),
                 "is_up": (("chain", "draw"), np.array([[True, False, True]] * 2)),
                 "label": (("chain", "draw"), np.array([["a", "b", "c"]] * 2, dtype=object))}
    data = xr.Dataset(variables, coords={"chain": [0, 1], "draw": [0, 1, 2]})
    data.to_netcdf(path, group="posterior", engine="netcdf4")
    with h5py.File(path, "a") as file:
        file.attrs["text"] = "short"
        file.attrs["fixed"] = np.bytes_("bytes")
        file.attrs["truth"] = True
        file.attrs["small"] = np.float32(0.5)
        file["texts"] = np.array([b"ab", b"c"])


{"read": read, "write": write}[sys.argv[1]](sys.argv[2])
