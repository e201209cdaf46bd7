"""Draws plates as a camera would hand them to the reader: cropped loosely, skewed, small, blurred,
noisy and compressed. A sample is a pure function of its seed."""

from __future__ import annotations

import cv2
import numpy as np

from . import formats
from .fonts import GLYPH_HEIGHT, Font

WIDTH, HEIGHT = 168, 48


def sample(seed: int, fonts: list[Font], hardness: float = 1.0, new_formats: bool = False,
           made_up: float = 0.0) -> tuple[np.ndarray, str]:
    """Returns a grey picture uint8 [48, 168] and its text; hardness 0..1 scales what spoils it."""
    rng = np.random.default_rng(seed)
    rows = formats.draw(rng, new_formats, made_up)
    plate = _plate(rows, fonts, rng)
    picture = _photograph(plate, rng, hardness)
    return picture, formats.text_of(rows)


def _row(groups: list[str], font: Font, condense: float, rng: np.random.Generator) -> np.ndarray:
    """One row of characters as ink 0..255, ready to be laid on a plate."""
    spacing = int(rng.integers(1, 9)) if rng.random() < 0.8 else int(rng.integers(9, 22))
    gap = int(rng.integers(10, 34)) if rng.random() < 0.75 else int(rng.integers(34, 90))
    thick = rng.random()
    pieces: list[np.ndarray] = []
    for number, group in enumerate(groups):
        for character in group:
            mask, _ = font.glyph(character)
            width = max(4, round(mask.shape[1] * condense))
            pieces.append(cv2.resize(mask, (width, mask.shape[0]), interpolation=cv2.INTER_AREA))
            pieces.append(np.zeros((mask.shape[0], spacing), np.uint8))
        if number + 1 < len(groups):
            pieces.append(_separator(pieces[0].shape[0], gap, rng))
    ink = np.hstack(pieces)
    if thick < 0.15:
        ink = cv2.dilate(ink, np.ones((3, 3), np.uint8))
    return ink


def _small_print(font: Font, rng: np.random.Generator) -> np.ndarray:
    """What stands above or below in small letters and is not part of the registration: a date, a state, a dealer."""
    if rng.random() < 0.6:
        text = f"{rng.integers(1, 13):02d}{'-.· '[rng.integers(4)]}{rng.integers(10, 40)}"
    else:
        text = "".join(formats.LETTERS[i] for i in rng.integers(0, 26, rng.integers(5, 13)))
    spacing = int(rng.integers(0, 6)) if rng.random() < 0.6 else int(rng.integers(6, 26))
    pieces = []
    for character in text:
        if character in font.drawn:
            pieces.append(font.glyph(character)[0])
        else:
            pieces.append(np.zeros((GLYPH_HEIGHT + 26, 14), np.uint8))
            top, bottom = {"-": (34, 39), "·": (32, 40), ".": (52, 58)}.get(character, (0, 0))
            pieces[-1][top:bottom, (2 if character == "-" else 4):(12 if character == "-" else 10)] = 255
        pieces.append(np.zeros((GLYPH_HEIGHT + 26, spacing), np.uint8))
    ink = np.hstack(pieces)
    scale = rng.uniform(0.26, 0.52)
    ink = cv2.resize(ink, (max(8, round(ink.shape[1] * scale)), round(ink.shape[0] * scale)), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.2:  # in a field of its own
        cv2.rectangle(ink, (0, 2), (ink.shape[1] - 1, ink.shape[0] - 3), 255, 1)
    return ink


def _separator(height: int, gap: int, rng: np.random.Generator) -> np.ndarray:
    """The gap between groups: empty, a dash, a dot, or a round seal."""
    space = np.zeros((height, gap), np.uint8)
    kind = rng.random()
    middle = 14 + GLYPH_HEIGHT // 2
    if kind < 0.15:
        cv2.rectangle(space, (3, middle - 3), (max(4, gap - 4), middle + 3), 255, -1)
    elif kind < 0.22:
        cv2.circle(space, (gap // 2, middle), 3, 255, -1)
    elif kind < 0.45 and gap > 18:
        radius = min(gap, 36) // 2 - 2
        tone = int(rng.integers(60, 200))
        cv2.circle(space, (gap // 2, middle - 9), radius // 2 + 3, tone, -1)
        cv2.circle(space, (gap // 2, middle + 10), radius // 2 + 3, tone, -1)
    return space


def _plate(rows: list[list[str]], fonts: list[Font], rng: np.random.Generator) -> np.ndarray:
    """The plate as it left the press: float32, 0..255."""
    wanted = frozenset(formats.text_of(rows))
    able = [font for font in fonts if wanted <= font.drawn]
    font = able[rng.integers(len(able))]
    condense = rng.uniform(0.62, 1.1)
    inks = [_row(groups, font, condense, rng) for groups in rows]
    side = int(rng.integers(4, 26))
    strip = int(rng.integers(20, 36)) if rng.random() < 0.45 else 0
    tail = int(rng.integers(14, 30)) if rng.random() < 0.15 else 0
    lead = int(rng.integers(0, 16))  # room above and below the ink, which has some of its own
    between = int(rng.integers(0, 8)) - 14
    width = max(ink.shape[1] for ink in inks) + 2 * side + strip + tail
    height = sum(ink.shape[0] for ink in inks) + between * (len(inks) - 1) + 2 * lead
    above = _small_print(font, rng) if rng.random() < 0.12 else None
    below = _small_print(font, rng) if rng.random() < 0.32 else None
    over, under = (0 if line is None else line.shape[0] - 6 for line in (above, below))
    height += over + under

    paper, pen = rng.uniform(150, 250), rng.uniform(5, 90)
    if rng.random() < 0.15:
        paper, pen = rng.uniform(20, 110), rng.uniform(170, 250)
    ink_map = np.zeros((height, width), np.float32)
    y = lead + over
    for ink in inks:
        free = width - strip - tail - 2 * side - ink.shape[1]
        x = strip + side + (free // 2 if rng.random() < 0.8 else int(rng.integers(0, free + 1)))
        area = ink_map[y:y + ink.shape[0], x:x + ink.shape[1]]
        np.maximum(area, ink[:area.shape[0]], out=area)
        y += ink.shape[0] + between
    for line, at in ((above, 0), (below, height - (0 if below is None else below.shape[0]))):
        if line is not None:
            x = int(max(0, width - line.shape[1]) * rng.uniform(0.05, 0.95))
            area = ink_map[at:at + line.shape[0], x:x + line.shape[1]]
            np.maximum(area, line[:area.shape[0], :area.shape[1]], out=area)
    plate = (paper + (pen - paper) * (ink_map / 255.0)).astype(np.uint8)
    if strip:
        plate[:, :strip] = int(rng.integers(30, 140))
        if rng.random() < 0.7:
            code = "".join(formats.LETTERS[i] for i in rng.integers(0, 26, rng.integers(1, 4)))
            cv2.putText(plate, code, (2, height - 8), cv2.FONT_HERSHEY_SIMPLEX, 0.4 * strip / 26, 230.0, 1, cv2.LINE_AA)
        cv2.circle(plate, (strip // 2, height // 3), strip // 4, 200.0, 1, cv2.LINE_AA)
    if tail:
        plate[:, -tail:] = int(rng.integers(40, 180))
    if rng.random() < 0.55:
        inset = int(rng.integers(0, 4))
        cv2.rectangle(plate, (inset, inset), (width - 1 - inset, height - 1 - inset), float(pen), int(rng.integers(1, 4)))
    for _ in range(int(rng.integers(0, 4)) if rng.random() < 0.3 else 0):  # screws and dirt
        at = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        cv2.circle(plate, at, int(rng.integers(1, 4)), rng.uniform(20, 200), -1, cv2.LINE_AA)
    return plate.astype(np.float32)


def _photograph(plate: np.ndarray, rng: np.random.Generator, hardness: float) -> np.ndarray:
    """What the camera and the detector's crop make of it: uint8 [48, 168]."""
    height, width = plate.shape
    around = _surroundings(plate.shape, rng)
    margin = around[1]
    scene = around[0]
    scene[margin:margin + height, margin:margin + width] = plate
    corners = _bounds_when_tilted(width, height, rng, hardness) + margin
    h = 0.25 + 0.75 * hardness
    shake = np.float32(rng.uniform(-1, 1, (4, 2))) * np.float32([0.03 * width, 0.10 * height]) * h
    slant = rng.uniform(-0.12, 0.12) * (1 if rng.random() < 0.7 else 3) * height * h  # seen from the side: one end is nearer
    corners += shake + np.float32([[0, -slant], [0, slant], [0, slant], [0, -slant]]) * 0.5
    left, right = rng.uniform(-0.02, 0.08, 2) * width * h
    top, bottom = rng.uniform(-0.03, 0.20, 2) * height * h
    corners += np.float32([[-left, -top], [right, -top], [right, bottom], [-left, bottom]])
    # Drawn at the size it has in the picture first: the information lost there is lost.
    seen = int(round(WIDTH * (1 if rng.random() < 0.35 else rng.uniform(1 - 0.72 * h, 1))))
    tall = max(10, int(round(seen * HEIGHT / WIDTH)))
    target = np.float32([[0, 0], [seen, 0], [seen, tall], [0, tall]])
    small = cv2.warpPerspective(
        scene, cv2.getPerspectiveTransform(corners.astype(np.float32), target), (seen, tall),
        flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    if seen < 0.6 * width:  # warping alone would alias
        small = cv2.GaussianBlur(small, (0, 0), 0.45)
    small = _light(small, rng, h)
    small = _blur(small, rng, h, seen / WIDTH)
    small += rng.normal(0, rng.uniform(0.5, 9) * h, small.shape).astype(np.float32)
    coded = np.clip(small, 0, 255).astype(np.uint8)
    if rng.random() < 0.6 * h:
        quality = int(rng.uniform(90 - 65 * h, 90))
        coded = cv2.imdecode(cv2.imencode(".jpg", coded, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_GRAYSCALE)
    way = cv2.INTER_LINEAR if rng.random() < 0.7 else cv2.INTER_CUBIC
    return cv2.resize(coded, (WIDTH, HEIGHT), interpolation=way)


def _bounds_when_tilted(width: int, height: int, rng: np.random.Generator, hardness: float) -> np.ndarray:
    """The corners, in the plate's own coordinates, of the upright box that a detector draws around the plate when
    the camera sees it turned and sheared: with a tilt the plate fills only a part of its box."""
    turn = shear = 0.0
    if rng.random() < 0.5:
        turn = np.deg2rad(np.clip(rng.normal(0, 9), -25, 25)) * hardness
        shear = np.clip(rng.normal(0, 0.13), -0.35, 0.35) * hardness
    seen = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.array([[1, 0], [shear, 1]])
    centre = np.array([width / 2, height / 2])
    own = np.array([[0, 0], [width, 0], [width, height], [0, height]]) - centre
    half = np.abs(own @ seen.T).max(0)
    box = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    return (box @ np.linalg.inv(seen).T + centre).astype(np.float32)


def _surroundings(shape: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, int]:
    margin = max(12, shape[0] // 3)
    size = (shape[1] + 2 * margin, shape[0] + 2 * margin)
    if rng.random() < 0.5:
        return np.full((size[1], size[0]), rng.uniform(10, 230), np.float32), margin
    coarse = rng.uniform(0, 255, (int(rng.integers(2, 5)), int(rng.integers(2, 8)))).astype(np.float32)
    return cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC).clip(0, 255), margin


def _light(picture: np.ndarray, rng: np.random.Generator, h: float) -> np.ndarray:
    """Contrast and exposure, a shadow, glare, night."""
    height, width = picture.shape
    picture = (picture - 128) * rng.uniform(1 - 0.7 * h, 1.05) + 128 + rng.uniform(-50, 50) * h
    chance = rng.random()
    if chance < 0.18 * h:
        xs, ys = np.meshgrid(np.arange(width), np.arange(height))
        spot = ((xs - rng.uniform(0, width)) / rng.uniform(0.06, 0.4) / width) ** 2
        spot += ((ys - rng.uniform(0, height)) / rng.uniform(0.15, 0.6) / height) ** 2
        picture += (rng.uniform(20, 120) * np.exp(-spot)).astype(np.float32)
    elif chance < 0.36 * h:
        edge = rng.uniform(0, width)
        lean = rng.uniform(-1.5, 1.5)
        xs, ys = np.meshgrid(np.arange(width), np.arange(height))
        picture = np.where(xs + lean * ys > edge, picture * rng.uniform(0.4, 0.85), picture)
    return picture.astype(np.float32)


def _blur(picture: np.ndarray, rng: np.random.Generator, h: float, scale: float) -> np.ndarray:
    if rng.random() < 0.45 * h:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.35, 1.5) * max(0.5, scale))
    if rng.random() < 0.25 * h:
        length = max(3, int(round(rng.uniform(3, 8) * scale)))
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1.0
        turn = cv2.getRotationMatrix2D(((length - 1) / 2, (length - 1) / 2), rng.uniform(-30, 30) if rng.random() < 0.8 else 90, 1)
        kernel = cv2.warpAffine(kernel, turn, (length, length))
        picture = cv2.filter2D(picture, -1, kernel / max(float(kernel.sum()), 0.1))
    return picture
