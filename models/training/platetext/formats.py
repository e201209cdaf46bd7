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

# One letter per character: L letter, D digit, X either, U letter with the diacritics of the region.
# "|" separates groups, "/" rows. The number is how often the shape is drawn.
SHAPES: list[tuple[str, float]] = [
    ("L|LL|DDDD", 2), ("LL|LL|DDD", 2), ("LLL|LL|DD", 2), ("LL|L|DDDD", 2), ("U|LL|DDD", 2),  # Germany, Austria
    ("L|LL|DDDDL", 0.5),
    ("LL|DD|LLL", 2), ("L|DDD|LLL", 2), ("L|DD|LLL", 1.5),  # Romania
    ("LLDD|LLL", 3),  # United Kingdom
    ("LL|DDD|LL", 3),  # Italy, France
    ("DDDD|LLL", 2),  # Spain
    ("LL|DDDDD", 2), ("LLL|DDDD", 1.5), ("LL|DDDL", 1), ("LLL|DDLL", 1),  # Poland, Norway, Denmark
    ("LLL|DDD", 3), ("LLL|DDX", 1.5), ("LLL|DDDL", 0.7),  # Sweden, Hungary, Finland, Lithuania
    ("DLD|DDDD", 1.5), ("DD|LLL|DDD", 1.5), ("DD|LL|DDDD", 1.5), ("DD|L|DDDD", 1),  # Czechia, Turkey
    ("LU|DDD|LL", 2), ("UL|DDDD|L", 1), ("LU|LL|DDD", 1),  # Croatia, Slovenia
    ("LL|DDDD|LL", 1.5), ("L|DDDD|LL", 2), ("LL|DDDD|L", 1), ("L|DDD|LLL", 1.5),  # Bulgaria, Indonesia
    ("LL|DDLL|DDDD", 1), ("LLDD|LLDDDD", 1),  # India
    ("DLLLDDD", 2), ("LLL|DDDD", 2), ("DDD|LLL", 1.5), ("LLLDDDD", 1), ("XXX|XXX", 1.5), ("XXXXXXX", 1),  # United States
    ("LLL|DLDD", 2), ("LLL|DDD", 1),  # Brazil, Mercosur, Africa
    ("XX|DD|XX", 1.5), ("D|LLL|DD", 1.5), ("LL|DDD|L", 1.5),  # Netherlands, Belgium
    ("DDD|DDD", 0.7), ("DDDDD", 0.5), ("XXXX", 0.4), ("LDDDLL", 1), ("LDDDLLDDD", 1),
    ("XXXXX", 0.5), ("XXXXXXXX", 1), ("XXXXXX", 1),
    # two rows
    ("LLL/DDDD", 1), ("LL|DD/LLL", 1), ("L|LL/DDDD", 0.7), ("LLL/DDD", 1), ("LLDD/LLL", 1),
    ("LL|DD/LL|DDDD", 0.7), ("LLDDLL/DDDD", 0.7), ("DD|L/DDDD", 0.5), ("LL/DDDDD", 0.7),
    ("LLL/DLDD", 0.7), ("L|DDDD/LL", 0.6), ("XXX/XXX", 0.6), ("LU/DDDD|L", 0.4), ("DDDD/LLL", 0.5),
    ("XXXX/XXX", 0.5),
]
_WEIGHTS = np.array([weight for _, weight in SHAPES])
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


def draw(rng: np.random.Generator) -> list[list[str]]:
    """Returns the rows of a made-up plate, each a list of groups."""
    shape = SHAPES[rng.choice(len(SHAPES), p=_WEIGHTS)][0]
    return [[_group(part, rng) for part in row.split("|")] for row in shape.split("/")]


def text_of(rows: list[list[str]]) -> str:
    return "".join("".join(groups) for groups in rows)


def _group(shape: str, rng: np.random.Generator) -> str:
    return "".join(_character(kind, rng) for kind in shape)


def _character(kind: str, rng: np.random.Generator) -> str:
    if kind == "D":
        return DIGITS[rng.integers(10)]
    if kind == "X":
        return (DIGITS + LETTERS)[rng.integers(36)]
    if kind == "U" and rng.random() < 0.7:
        return DIACRITICS[rng.integers(len(DIACRITICS))]
    return LETTERS[rng.integers(26)]
