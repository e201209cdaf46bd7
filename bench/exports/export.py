#!/usr/bin/env python3
"""Builds detectors of the YOLO families from their descriptions with random weights and exports them
to ONNX as users do. Nothing is downloaded but the packages: ultralytics, torch, onnx.

    python bench/exports/export.py OUT [FAMILY ...]

Files are called FAMILY-VARIANT.onnx; what is there already stays.
"""

import os
import pathlib
import shutil
import sys

os.environ.setdefault("YOLO_OFFLINE", "true")
import onnx
import torch
from ultralytics import RTDETR, YOLO
from ultralytics.cfg import get_cfg
from ultralytics.nn.modules.head import Detect, RTDETRDecoder
from ultralytics.nn.tasks import yaml_model_load

FAMILIES = {
    "v3tiny": "yolov3-tiny", "v5u": "yolov5n", "v6": "yolov6n", "v8": "yolov8n", "v8p2": "yolov8n-p2",
    "v8p6": "yolov8n-p6", "v9": "yolov9t", "v10": "yolov10n", "11": "yolo11n", "12": "yolo12n",
    "26": "yolo26n", "v8pose": "yolov8n-pose", "11pose": "yolo11n-pose", "26pose": "yolo26n-pose",
    "v8seg": "yolov8n-seg", "11obb": "yolo11n-obb", "v8cls": "yolov8n-cls",
    "rtdetr": "rtdetr-resnet50", "v8rtdetr": "yolov8n-rtdetr",
}
VARIANTS = {
    "plain": dict(imgsz=160), "rect": dict(imgsz=[96, 160]), "dynamic": dict(imgsz=160, dynamic=True),
    "nms": dict(imgsz=160, nms=True), "half": dict(imgsz=160, half=True), "batch": dict(imgsz=160, batch=2),
    "end2end": dict(imgsz=160, end2end=True), "simplify": dict(imgsz=320, simplify=True, opset=17),
    "small": dict(imgsz=64), "nmssmall": dict(imgsz=64, nms=True), "2c": dict(imgsz=160),
    "nmsdyn": dict(imgsz=160, nms=True, dynamic=True),
}
WANTED = {
    "v8": list(set(VARIANTS) - {"end2end"}),
    "v10": ["plain", "rect", "dynamic", "end2end", "small", "half"],
    "26": ["plain", "rect", "dynamic", "end2end", "small", "nms", "half"],
    "v5u": ["plain", "nms"], "11": ["plain", "nms", "half"],
    "v8rtdetr": ["plain", "dynamic", "small", "2c"],
    "v8pose": ["plain", "rect", "nms"], "26pose": ["plain", "end2end"],
}


def sharpen(model):
    """Random weights score everything near 0.01: spread, so that some boxes are sure."""
    torch.manual_seed(7)
    for m in model.modules():
        if isinstance(m, torch.nn.BatchNorm2d):
            m.running_mean.normal_(0, 0.1)
            m.running_var.uniform_(0.5, 1.5)
            m.weight.data.uniform_(0.8, 1.6)
            m.bias.data.normal_(0, 0.3)
    for m in model.modules():
        if isinstance(m, Detect):
            for name in ("cv3", "one2one_cv3", "cv2", "one2one_cv2"):
                scores = name.endswith("3")
                for branch in getattr(m, name, None) or []:
                    branch[-1].weight.data.mul_(8 if scores else 3)
                    branch[-1].bias.data.normal_(-3 if scores else 0, 1.5)
        elif isinstance(m, RTDETRDecoder):
            for layer in m.dec_score_head:
                layer.weight.data.normal_(0, 0.3)
                layer.bias.data.normal_(-3, 1)
            m.enc_score_head.weight.data.normal_(0, 0.3)


def export(family, variant, target):
    name = FAMILIES[family] + ".yaml"
    tool = (RTDETR if "rtdetr" in name else YOLO)(name)
    if variant == "2c":
        tool.model = type(tool.model)(yaml_model_load(name) | {"nc": 2}, verbose=False)
        tool.model.names = {0: "gun", 1: "knife"}
        tool.model.args = vars(get_cfg()) | {"task": "detect"}
        tool.model.task = "detect"
    sharpen(tool.model)
    tool.model.eval()
    tool.model.yaml_file, tool.model.pt_path = target.stem + ".yaml", None
    options = {"simplify": False} | VARIANTS[variant]
    shutil.move(tool.export(format="onnx", device="cpu", verbose=False, **options), target)


def main():
    out = pathlib.Path(sys.argv[1]).resolve()
    out.mkdir(parents=True, exist_ok=True)
    os.chdir(out)
    torch.set_num_threads(1)
    for family in sys.argv[2:] or FAMILIES:
        for variant in WANTED.get(family, ["plain"]):
            target = out / f"{family}-{variant}.onnx"
            if not target.exists():
                export(family, variant, target)
            outputs = onnx.load(target).graph.output
            shapes = [[d.dim_value or d.dim_param for d in o.type.tensor_type.shape.dim] for o in outputs]
            print(target.name, shapes, flush=True)


main()
