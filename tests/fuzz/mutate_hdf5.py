"""Damage to what an HDF5 file says, where its bytes are whole: as a script or another version of a
program would write it."""

import io

import h5py
import numpy as np

NUMBERS = [0, 1, -1, 2, 0.5, 1e308, -1e308, 1e-320, np.nan, np.inf, -np.inf, 2**31, 2**62, -2**63]
WORDS = ["", "x", "nan", "-1", "1e999", "[system]\n", "ü" * 40, "x" * 5000]


def other_shape(values, coins):
    """The same numbers in another shape, or fewer or more of them."""
    axis = coins.randrange(values.ndim) if values.ndim else 0
    ways = [lambda: values.reshape(-1), lambda: values[..., None], lambda: values.T,
            lambda: values.reshape(-1)[:1].reshape(()) if values.size else values]
    if values.ndim and values.size:
        ways += [lambda: np.delete(values, coins.randrange(values.shape[axis]), axis),
                 lambda: np.take(values, [], axis), lambda: values[:0],
                 lambda: np.concatenate([values, values], axis)]
    return coins.choice(ways)()


def other_values(values, coins):
    if values.dtype.kind not in "fiu" or values.size == 0:
        return np.asarray(coins.choice([0, 1.5, 2**40]))
    values = values.astype(coins.choice(["f8", "f8", values.dtype.str]))
    with np.errstate(all="ignore"):
        number = np.asarray(float(coins.choice(NUMBERS))).astype(values.dtype)
    if coins.randrange(2):
        values[...] = number
    else:
        values.flat[coins.randrange(values.size)] = number
    return values


def other_type(values, coins):
    if values.dtype.kind not in "fiu":
        return np.zeros(values.shape)
    with np.errstate(all="ignore"):
        if coins.randrange(3) == 0:
            return np.full(values.shape, b"text")
        return values.astype(coins.choice(["f4", "i1", "u8", "i8", "c16", "f2"]))


def change_dataset(file, name, coins):
    parent, _, last = name.rpartition("/")
    group, old = file[parent or "/"], file[name]
    values, attributes = np.asarray(old[()]), dict(old.attrs)
    del group[last]
    values = coins.choice([other_shape, other_shape, other_values, other_values, other_type])(
        values, coins)
    new = group.create_dataset(last, data=values)
    for key, value in attributes.items():
        if key not in ("DIMENSION_LIST", "REFERENCE_LIST", "CLASS", "NAME"):
            new.attrs[key] = value


def change_attribute(holder, coins):
    name = coins.choice(sorted(holder.attrs))
    if coins.randrange(4) == 0:
        del holder.attrs[name]
        return
    old = holder.attrs[name]
    new = coins.choice([coins.choice(NUMBERS), coins.choice(WORDS), np.zeros(0), np.arange(3.0)])
    if isinstance(old, str) and coins.randrange(2):
        place = coins.randrange(len(old) + 1)
        new = old[:place] + coins.choice(WORDS) + old[place + coins.randrange(9):]
    holder.attrs[name] = new


def change(file, coins):
    names = []
    file.visit(names.append)
    holders = [file[name] for name in ["/", *sorted(names)]]
    with_attributes = [holder for holder in holders if len(holder.attrs)]
    datasets = sorted(name for name in names if isinstance(file[name], h5py.Dataset))
    kind = coins.randrange(6)
    if kind == 0 and names:
        del file[coins.choice(sorted(names))]
    elif kind <= 2 and with_attributes:
        change_attribute(coins.choice(with_attributes), coins)
    elif datasets:
        change_dataset(file, coins.choice(datasets), coins)


def mutate_hdf5(data, coins):
    """A file that HDF5 reads and that means something else."""
    buffer = io.BytesIO(data)
    with h5py.File(buffer, "r+") as file:
        for _ in range(coins.choice([1, 1, 1, 2])):
            change(file, coins)
    return buffer.getvalue()
