"""Writes a trained detector as ONNX, with what the product needs to know in its metadata.

    python -m detector.export runs/weapon/detector.pt weapon-n-320.onnx --data "weapon pack, CC-BY-4.0"
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from .network import STRIDES, Detector


class Exported(nn.Module):
    """Scores as probabilities; boxes stay on the grid, as YOLOX exports them."""

    def __init__(self, detector: nn.Module):
        super().__init__()
        self.detector = detector

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        raw = self.detector(images)
        return torch.cat((raw[..., :4], raw[..., 4:].sigmoid()), -1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--data", default="", help="what it was trained on, with licences")
    options = parser.parse_args()
    trained = torch.load(options.weights, map_location="cpu", weights_only=True)
    names, size = trained["names"], trained["size"]
    detector = Detector(len(names))
    detector.load_state_dict(trained["weights"])
    model = Exported(detector).eval()
    example = torch.rand(1, 3, size, size) * 255
    torch.onnx.export(model, (example,), str(options.file), input_names=["images"], output_names=["output"],
                      opset_version=17, dynamo=False)
    exported = onnx.load(options.file)
    exported.doc_string = ""
    metadata = {"names": json.dumps({str(i): name for i, name in enumerate(names)}), "stride": json.dumps(list(STRIDES)),
                "imgsz": json.dumps([size, size]), "task": "detect", "layout": "yolox",
                "license": "Apache-2.0 (derived from YOLOX-nano)", "data": options.data}
    del exported.metadata_props[:]
    for key, value in metadata.items():
        entry = exported.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.save(exported, options.file)
    session = onnxruntime.InferenceSession(str(options.file), providers=["CPUExecutionProvider"])
    with torch.no_grad():
        difference = np.abs(session.run(None, {"images": example.numpy()})[0] - model(example).numpy()).max()
    if difference > 1e-3:
        raise SystemExit(f"{options.file} differs from the trained network by {difference}")
    print(f"{options.file}: {names}, {size} x {size}, differs from the trained network by {difference:.1e}")


if __name__ == "__main__":
    main()
