"""Random damage to the bytes of a file."""

import re

NUMBERS = [b"0", b"-1", b"1e308", b"-1e308", b"1e-320", b"nan", b"inf", b"-inf", b"1e999",
           b"9223372036854775807", b"9223372036854775808", b"-9223372036854775808",
           b"18446744073709551616", b"2147483648", b"4294967296", b"1e18", b"0x10", b"1,2", b"",
           b"1.", b".5", b"1e", b"--1", b"0:1:1e-9", b"1:0:1", b"999999999999999999999999"]
WORDS = [b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"[", b"]", b"{", b"}", b"(", b")", b",", b";",
         b":", b"=", b"#", b"\"", b"\n", b"\r", b"\t", b"%", b"{}", b"{0}", b"../", b"null",
         b"true", b"[" * 2000, b"(" * 500, b"x" * 5000]
NUMBER = re.compile(rb"-?\d+\.?\d*(?:[eE][-+]?\d+)?")


def flip_bits(data, coins):
    for _ in range(coins.choice([1, 1, 1, 2, 8])):
        data[coins.randrange(len(data))] ^= 1 << coins.randrange(8)
    return data


def overwrite(data, coins):
    """Bytes that lengths, counts and offsets are made of."""
    place = coins.randrange(len(data))
    width = coins.choice([1, 2, 4, 8])
    value = coins.choice([0, 1, 2**(8 * width) - 1, 2**(8 * width - 1), 2**(8 * width - 1) - 1,
                          coins.randrange(2**(8 * width))])
    data[place:place + width] = value.to_bytes(width, "little")
    return data


def cut(data, coins):
    place = coins.randrange(len(data) + 1)
    return data[:place]


def remove(data, coins):
    place = coins.randrange(len(data))
    del data[place:place + coins.choice([1, 2, 8, 64, 1000])]
    return data


def repeat(data, coins):
    place = coins.randrange(len(data))
    piece = data[place:place + coins.choice([1, 4, 16, 200])]
    data[place:place] = piece * coins.choice([1, 1, 3, 50])
    return data


def insert(data, coins):
    place = coins.randrange(len(data) + 1)
    data[place:place] = coins.choice(WORDS + NUMBERS)
    return data


def other_number(data, coins):
    found = list(NUMBER.finditer(data))
    if not found:
        return insert(data, coins)
    at = coins.choice(found)
    data[at.start():at.end()] = coins.choice(NUMBERS)
    return data


def exchange_lines(data, coins):
    lines = bytes(data).split(b"\n")
    i, j = coins.randrange(len(lines)), coins.randrange(len(lines))
    lines[i], lines[j] = lines[j], lines[i]
    return bytearray(b"\n".join(lines))


def remove_line(data, coins):
    lines = bytes(data).split(b"\n")
    del lines[coins.randrange(len(lines))]
    return bytearray(b"\n".join(lines))


def mutate(data, coins, ways):
    damaged = bytearray(data)
    for _ in range(coins.choice([1, 1, 1, 2, 3])):
        if damaged:
            damaged = coins.choice(ways)(damaged, coins)
    return bytes(damaged)


def mutate_binary(data, coins):
    return mutate(data, coins, [flip_bits, flip_bits, flip_bits, overwrite, overwrite, cut, remove,
                                repeat])


def mutate_text(data, coins):
    return mutate(data, coins, [other_number, other_number, other_number, insert, insert, flip_bits,
                                cut, remove, repeat, exchange_lines, remove_line])
