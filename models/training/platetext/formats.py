"""What plates say: the character set, and made-up registrations in the shapes countries use.

A plate is one or two rows; a row is a list of groups with a gap between them. The text to be read
is the rows one after the other without gaps.
"""

from __future__ import annotations

import numpy as np

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
DIACRITICS = "ÄÖÜÅÆØČŠŽĆĐÑÇ"
CHARSET = DIGITS + LETTERS + DIACRITICS

# Authorities that mix letters and digits freely leave these out, for nobody could tell them from 0 and 1.
MIXED = "".join(c for c in DIGITS + LETTERS if c not in "IOQ")

# One letter per character: L letter, D digit, X either, U letter with the diacritics of the region.
# "|" separates groups, "/" rows. Then how often the shape is drawn, and who has it.
SHAPES: list[tuple[str, float, str]] = [
    ("L|LL|DDDD", 2, "Germany, Austria"), ("LL|LL|DDD", 2, "Germany, Austria"), ("LLL|LL|DD", 2, "Germany, Austria"),
    ("LL|L|DDDD", 2, "Germany, Austria"), ("U|LL|DDD", 2, "Germany, Austria"), ("L|LL|DDDDL", 0.5, "Germany, Austria"),
    ("LL|DD|LLL", 2, "Romania"), ("L|DDD|LLL", 2, "Romania"), ("L|DD|LLL", 1.5, "Romania"),
    ("LLDD|LLL", 3, "United Kingdom"), ("LL|DDD|LL", 3, "Italy, France"), ("DDDD|LLL", 2, "Spain"),
    ("LL|DDDDD", 2, "Poland, Norway, Denmark"), ("LLL|DDDD", 1.5, "Poland, Norway, Denmark"),
    ("LL|DDDL", 1, "Poland, Norway, Denmark"), ("LLL|DDLL", 1, "Poland, Norway, Denmark"),
    ("LLL|DDD", 3, "Sweden, Hungary, Finland, Lithuania"), ("LLL|DDX", 1.5, "Sweden, Hungary, Finland, Lithuania"),
    ("LLL|DDDL", 0.7, "Sweden, Hungary, Finland, Lithuania"),
    ("DLD|DDDD", 1.5, "Czechia"), ("DD|LLL|DDD", 1.5, "Turkey"), ("DD|LL|DDDD", 1.5, "Turkey"),
    ("DD|L|DDDD", 1, "Turkey"),
    ("LU|DDD|LL", 2, "Croatia, Slovenia"), ("UL|DDDD|L", 1, "Croatia, Slovenia"), ("LU|LL|DDD", 1, "Croatia, Slovenia"),
    ("LL|DDDD|LL", 1.5, "Bulgaria, Indonesia"), ("L|DDDD|LL", 2, "Bulgaria, Indonesia"),
    ("LL|DDDD|L", 1, "Bulgaria, Indonesia"), ("L|DDD|LLL", 1.5, "Bulgaria, Indonesia"),
    ("LL|DDLL|DDDD", 1, "India"), ("LLDD|LLDDDD", 1, "India"),
    ("DLLLDDD", 2, "United States"), ("LLL|DDDD", 2, "United States"), ("DDD|LLL", 1.5, "United States"),
    ("LLLDDDD", 1, "United States"), ("XXX|XXX", 1.5, "United States"), ("XXXXXXX", 1, "United States"),
    ("LLL|DLDD", 2, "Brazil, Mercosur"), ("LLL|DDD", 1, "Brazil, Mercosur"),
    ("XX|DD|XX", 1.5, "Netherlands, Belgium"), ("D|LLL|DD", 1.5, "Netherlands, Belgium"),
    ("LL|DDD|L", 1.5, "Netherlands, Belgium"),
    ("DDD|DDD", 0.7, "others"), ("DDDDD", 0.5, "others"), ("XXXX", 0.4, "others"), ("LDDDLL", 1, "others"),
    ("LDDDLLDDD", 1, "others"), ("XXXXX", 0.5, "others"), ("XXXXXXXX", 1, "others"), ("XXXXXX", 1, "others"),
    ("LLL/DDDD", 1, "two rows"), ("LL|DD/LLL", 1, "two rows"), ("L|LL/DDDD", 0.7, "two rows"),
    ("LLL/DDD", 1, "two rows"), ("LLDD/LLL", 1, "two rows"), ("LL|DD/LL|DDDD", 0.7, "two rows"),
    ("LLDDLL/DDDD", 0.7, "two rows"), ("DD|L/DDDD", 0.5, "two rows"), ("LL/DDDDD", 0.7, "two rows"),
    ("LLL/DLDD", 0.7, "two rows"), ("L|DDDD/LL", 0.6, "two rows"), ("XXX/XXX", 0.6, "two rows"),
    ("LU/DDDD|L", 0.4, "two rows"), ("DDDD/LLL", 0.5, "two rows"), ("XXXX/XXX", 0.5, "two rows"),
]

# Never trained on: they stand for the countries that nobody thought of.
HELD_OUT: list[tuple[str, float, str]] = [
    ("LL|DDDD", 1, "Luxembourg"), ("LL|DDDDDD", 1, "Switzerland"), ("DDD|L|DDDDD", 1, "Ireland"),
    ("DDD|LLL|DD", 1, "Kazakhstan"), ("DDD|DD|DDD", 1, "Israel"), ("LL|DD|LL|LL", 1, "South Africa"),
    ("LL|LDD", 1, "Iceland"),
]


def _chosen(rng: np.random.Generator, held_out: bool) -> tuple[str, float, str]:
    shapes = HELD_OUT if held_out else SHAPES
    weights = np.array([weight for _, weight, _ in shapes])
    return shapes[rng.choice(len(shapes), p=weights / weights.sum())]


def _made_up(rng: np.random.Generator) -> str:
    """A shape as some country may have it: groups of letters or of digits, one row or two."""
    held_out = {_ungrouped(shape) for shape, _, _ in HELD_OUT}
    while True:
        groups = ["LD"[rng.integers(2)] * int(rng.integers(1, 6)) for _ in range(rng.integers(1, 5))]
        breaks = ["|"] * (len(groups) - 1)
        if breaks and rng.random() < 0.2:
            breaks[rng.integers(len(breaks))] = "/"
        shape = "".join(group + mark for group, mark in zip(groups, [*breaks, ""]))
        if 4 <= sum(map(len, groups)) <= 9 and _ungrouped(shape) not in held_out:
            return shape


def _ungrouped(shape: str) -> str:
    return shape.replace("|", "").replace("/", "")


def draw(rng: np.random.Generator, held_out: bool = False, made_up: float = 0.0) -> list[list[str]]:
    """Returns the rows of a made-up plate, each a list of groups.

    made_up: the share of plates in shapes drawn at random, so that a reader goes by what stands beside a
    character where it does not know the shape, and not by the shapes of other countries."""
    shape = _made_up(rng) if made_up and rng.random() < made_up else _chosen(rng, held_out)[0]
    return [[_group(part, rng) for part in row.split("|")] for row in shape.split("/")]


def country(seed: int, held_out: bool = False) -> str:
    """Whose plate the sample of a seed is."""
    return _chosen(np.random.default_rng(seed), held_out)[2]


def text_of(rows: list[list[str]]) -> str:
    return "".join("".join(groups) for groups in rows)


def _group(shape: str, rng: np.random.Generator) -> str:
    return "".join(_character(kind, rng) for kind in shape)


def _character(kind: str, rng: np.random.Generator) -> str:
    if kind == "D":
        return DIGITS[rng.integers(10)]
    if kind == "X":
        return MIXED[rng.integers(len(MIXED))]
    if kind == "U" and rng.random() < 0.7:
        return DIACRITICS[rng.integers(len(DIACRITICS))]
    return LETTERS[rng.integers(26)]
