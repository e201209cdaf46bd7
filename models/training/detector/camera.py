"""Pictures as a camera's encoder leaves them: H.264 at low bit rates, in the middle of a moving shot."""

from __future__ import annotations

import shutil
import subprocess

import cv2
import numpy as np

SIDE = 448
FRAMES = 5
CHUNK = 64
RATES = (150, 250, 400, 700)
"""kbit/s of 15 frames a second of 448 × 448, in turn: about what 720p gets at 1 to 4 Mbit/s."""


def available() -> bool:
    return shutil.which("ffmpeg") is not None


def encoded(pictures: list[np.ndarray]) -> list[np.ndarray]:
    """Each picture, in its size, after FFmpeg's libx264; each is held for some frames while the view drifts."""
    result: list[np.ndarray] = []
    for first in range(0, len(pictures), CHUNK):
        chunk = pictures[first:first + CHUNK]
        fitted = [_fit(p) for p in chunk]
        frames = [np.roll(p, FRAMES - 1 - i, 1) for p, _ in fitted for i in range(FRAMES)]
        decoded = _through(frames, RATES[first // CHUNK % len(RATES)])
        for (_, (width, height)), original, frame in zip(fitted, chunk, decoded[FRAMES - 1::FRAMES]):
            result.append(cv2.resize(frame[:height, :width], original.shape[1::-1]))
    return result


def _fit(picture: np.ndarray) -> tuple[np.ndarray, tuple[int, int]]:
    height, width = picture.shape[:2]
    scale = SIDE / max(height, width)
    size = (round(width * scale), round(height * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return cv2.copyMakeBorder(small, 0, SIDE - size[1], 0, SIDE - size[0], cv2.BORDER_REPLICATE), size


def _through(frames: list[np.ndarray], kbits: int) -> list[np.ndarray]:
    shape = ["-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{SIDE}x{SIDE}", "-r", "15"]
    encode = ["ffmpeg", "-v", "error", "-threads", "1", *shape, "-i", "-", "-c:v", "libx264", "-preset", "veryfast",
              "-tune", "zerolatency", "-threads", "1", "-g", "50", "-b:v", f"{kbits}k", "-maxrate", f"{kbits}k",
              "-bufsize", f"{kbits}k", "-f", "mpegts", "-"]
    video = subprocess.run(encode, input=b"".join(f.tobytes() for f in frames), stdout=subprocess.PIPE, check=True).stdout
    decode = ["ffmpeg", "-v", "error", "-threads", "1", "-i", "-", "-fps_mode", "passthrough", "-f", "rawvideo",
              "-pix_fmt", "bgr24", "-"]
    raw = subprocess.run(decode, input=video, stdout=subprocess.PIPE, check=True).stdout
    decoded = np.frombuffer(raw, np.uint8).reshape(-1, SIDE, SIDE, 3)
    if len(decoded) != len(frames):
        raise SystemExit(f"ffmpeg gave {len(decoded)} frames for {len(frames)}")
    return list(decoded)
