"""The free fonts that plates are drawn in, as glyph masks.

Held-out families are never trained on: they stand for the fonts of countries that nobody rendered.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .formats import CHARSET

# Upright, without serifs, neither hairline nor ornamented: what a plate could look like.
FAMILIES = re.compile(
    r"roadgeek|open ?din|osp-din|bebas|routed gothic|national park|liberation (sans|mono)|dejavu sans|"
    r"roboto|open sans|lato|freesans|freemono|hack|b612|inter|fira ?code|jetbrains|cantarell|"
    r"dosis|nimbus (sans|mono)|inconsolata|play|jura|league (mono|spartan)|clear sans|karla|"
    r"cabin|carlito|ocr|allerta|noto sans( mono)?$|noto sans display|noto mono", re.I)
REFUSED = re.compile(
    r"italic|oblique|thin|hairline|extralight|ultralight|light|outline|stencil|symbol|serif|slab|wide", re.I)
HELD_OUT = re.compile(r"national park|clear sans|routed gothic|cantarell|b612|fira ?code", re.I)
GLYPH_HEIGHT = 44


class Font:
    """Glyph masks of one font file: 0..255, upright, all on one base line, capitals 44 pixels high."""

    def __init__(self, path: str, family: str):
        self.path, self.family = path, family
        probe = ImageFont.truetype(path, 100)
        top, bottom = probe.getbbox("H")[1], probe.getbbox("H")[3]
        self._font = ImageFont.truetype(path, max(8, round(100 * GLYPH_HEIGHT / max(1, bottom - top))))
        self._top = self._font.getbbox("H")[1]
        self._glyphs: dict[str, np.ndarray] = {}
        self.drawn: frozenset[str] = frozenset()

    def glyph(self, character: str) -> tuple[np.ndarray, int]:
        """The mask of a character and the rows it reaches above the capitals (diacritics)."""
        mask = self._glyphs.get(character)
        above = 14
        if mask is None:
            left, top, right, bottom = self._font.getbbox(character)
            image = Image.new("L", (max(2, right - left + 2), GLYPH_HEIGHT + above + 12))
            ImageDraw.Draw(image).text((1 - left, above - self._top), character, font=self._font, fill=255)
            mask = np.asarray(image)
            self._glyphs[character] = mask
        return mask, above

    def characters(self) -> frozenset[str]:
        """The characters it really draws: not the box for missing ones, and none that looks like another
        (some fonts have one shape for 0 and O, which no reader could tell apart)."""
        def ink(character: str) -> bytes:
            return hashlib.sha256(self.glyph(character)[0].tobytes()).digest()
        missing = {ink("\ufffe"), ink("\uffff")}
        by_ink: dict[bytes, list[str]] = {}
        for character in CHARSET:
            by_ink.setdefault(ink(character), []).append(character)
        return frozenset(same[0] for drawn, same in by_ink.items() if len(same) == 1 and drawn not in missing)


@lru_cache(maxsize=2)
def load(held_out: bool) -> list[Font]:
    """The fonts of this machine that fit, those held out or the others; at least ten are needed."""
    listed = subprocess.run(
        ["fc-list", "--format", "%{file}\t%{family[0]}\t%{style[0]}\n"], check=True, capture_output=True, text=True)
    fonts = []
    for line in sorted(set(listed.stdout.splitlines())):
        path, family, style = (line.split("\t") + ["", ""])[:3]
        name = f"{family} {style}"
        if not path.lower().endswith((".ttf", ".otf")) or not FAMILIES.search(family) or REFUSED.search(name):
            continue
        if bool(HELD_OUT.search(family)) != held_out:
            continue
        try:
            font = Font(path, family)
            font.drawn = font.characters()
            # Fonts of keys and signs have their letters cut out of a filled box.
            filled = font.glyph("O")[0][14:14 + GLYPH_HEIGHT].mean() > 160
            if len(font.drawn) >= 30 and not filled:
                fonts.append(font)
        except OSError:
            continue  # a font FreeType cannot read is one font less
    if len(fonts) < (2 if held_out else 10):
        raise SystemExit("too few fonts: install those listed in models/training/fonts.txt (apt)")
    return fonts
