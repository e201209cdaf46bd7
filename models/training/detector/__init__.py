"""Detectors: YOLOX-nano, fine-tuned on packs of labelled pictures."""
