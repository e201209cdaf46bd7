"""What must hold of the recipes, quick enough for every change. Run: python -m unittest discover -s tests -t ."""

import json
import tempfile
import unittest
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import torch

from detector import evaluate as detector_evaluate
from detector import camera, packs
from detector.augment import Augment
from detector.lamps import shine
from detector.loss import DetectionLoss
from detector.network import Detector, cells, corners
from detector.transplant import Transplant
from platetext import fonts, formats, render
from platetext.evaluate import calibration_error, read
from platetext.export import export
from platetext.network import Reader, decode


class Plates(unittest.TestCase):
    def test_a_sample_is_a_pure_function_of_its_seed(self):
        some = fonts.load(held_out=False)
        first, text = render.sample(7, some)
        again, same = render.sample(7, some)
        self.assertEqual(text, same)
        np.testing.assert_array_equal(first, again)
        self.assertEqual(first.shape, (48, 168))
        self.assertFalse(np.array_equal(first, render.sample(8, some)[0]))

    def test_held_out_families_are_not_trained_on(self):
        trained = {font.family for font in fonts.load(held_out=False)}
        self.assertTrue(trained.isdisjoint(font.family for font in fonts.load(held_out=True)))

    def test_texts_are_of_the_character_set_and_of_plausible_length(self):
        rng = np.random.default_rng(1)
        for _ in range(500):
            text = formats.text_of(formats.draw(rng))
            self.assertLessEqual(set(text), set(formats.CHARSET))
            self.assertTrue(4 <= len(text) <= 10, text)

    def test_made_up_shapes_are_none_of_those_held_out(self):
        rng = np.random.default_rng(2)
        classes = str.maketrans(formats.LETTERS + formats.DIGITS, "L" * 26 + "D" * 10)
        held_out = {shape.replace("|", "") for shape, _, _ in formats.HELD_OUT}
        drawn = [formats.text_of(formats.draw(rng, made_up=1.0)).translate(classes) for _ in range(2000)]
        self.assertTrue(held_out.isdisjoint(drawn))
        self.assertTrue(all(4 <= len(shape) <= 9 for shape in drawn))
        self.assertGreater(len(set(drawn)), 100)

    def test_repeated_characters_need_a_blank_between_them(self):
        scores = np.full((1, 5, len(formats.CHARSET) + 1), 0.0, np.float32)
        for position, index in enumerate((1, 1, 0, 1, 2)):
            scores[0, position, index] = 1.0
        self.assertEqual(read(scores)[0][0], "001")
        self.assertEqual(decode(torch.from_numpy(scores * 50))[0][0], "001")

    def test_the_exported_file_answers_as_the_network_and_tells_what_it_is(self):
        torch.manual_seed(3)
        network = Reader().eval()
        with tempfile.TemporaryDirectory() as folder:
            weights, file = Path(folder, "r.pt"), Path(folder, "r.onnx")
            torch.save(network.state_dict(), weights)
            export(weights, file, temperature=2.0)
            session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
            pictures = np.random.default_rng(0).uniform(0, 255, (3, 1, 48, 168)).astype(np.float32)
            answer = session.run(None, {"images": pictures})[0]
            with torch.no_grad():
                wanted = (network(torch.from_numpy(pictures)) / 2.0).softmax(2).numpy()
            np.testing.assert_allclose(answer, wanted, atol=1e-4)
            said = session.get_modelmeta().custom_metadata_map
        self.assertEqual(json.loads(said["names"]), list(formats.CHARSET))
        self.assertEqual((said["task"], said["blank"], said["imgsz"]), ("plate_text", "0", "[48, 168]"))

    def test_confidence_that_is_right_has_no_calibration_error(self):
        confidence = np.array([0.75] * 100 + [0.95] * 100)
        right = np.array([1.0] * 75 + [0.0] * 25 + [1.0] * 95 + [0.0] * 5)
        self.assertAlmostEqual(calibration_error(confidence, right), 0.0)
        self.assertAlmostEqual(calibration_error(confidence, np.ones(200)), 0.15)


class Detectors(unittest.TestCase):
    def setUp(self):
        rng = np.random.default_rng(0)
        self.pictures = []
        for _ in range(4):
            picture = rng.integers(0, 90, (120, 160, 3), np.uint8)
            cv2.rectangle(picture, (40, 30), (99, 89), (250, 250, 250), -1)
            self.pictures.append(packs.Labelled(picture, np.array([[40, 30, 100, 90, 0]], np.float32), "g"))

    def test_boxes_go_where_the_picture_goes(self):
        source = Augment(self.pictures, 160)
        seen = 0
        for seed in range(40):
            picture, boxes = source.sample(seed)
            for left, top, right, bottom, _ in boxes:
                inside = picture[int(top):int(bottom) + 1, int(left):int(right) + 1].mean()
                self.assertGreater(inside, picture.mean(), seed)
                seen += 1
        self.assertGreater(seen, 20)

    def test_what_stands_on_white_is_pasted_with_its_box(self):
        source = np.full((200, 200, 3), 255, np.uint8)
        cv2.rectangle(source, (60, 90), (139, 119), (40, 40, 40), -1)
        transplant = Transplant([packs.Labelled(source, np.array([[60, 90, 140, 120, 1]], np.float32), "g")])
        under = np.full((160, 160, 3), 200, np.uint8)
        pasted = 0
        for seed in range(10):
            picture, boxes = transplant.apply(under, np.zeros((0, 5), np.float32), np.random.default_rng(seed))
            outside = np.ones(picture.shape[:2], bool)
            for left, top, right, bottom, kind in boxes:
                self.assertEqual(kind, 1)
                self.assertLess(np.median(picture[int(top):int(bottom), int(left):int(right)]), 100)
                outside[max(0, int(top) - 2):int(bottom) + 3, max(0, int(left) - 2):int(right) + 3] = False
                pasted += 1
            self.assertTrue((picture[outside] == 200).all(), "nothing of the white around it comes along")
        self.assertGreater(pasted, 10)
        self.assertTrue((under == 200).all(), "the picture handed in stays as it was")

    def test_nothing_is_pasted_over_what_is_there(self):
        source = np.full((200, 200, 3), 255, np.uint8)
        cv2.rectangle(source, (20, 20), (179, 179), (40, 40, 40), -1)
        transplant = Transplant([packs.Labelled(source, np.array([[20, 20, 180, 180, 0]], np.float32), "g")])
        everywhere = np.array([[0, 0, 160, 160, 0]], np.float32)
        for seed in range(20):
            picture, boxes = transplant.apply(np.zeros((160, 160, 3), np.uint8), everywhere, np.random.default_rng(seed))
            covered = sum((b[2] - b[0]) * (b[3] - b[1]) for b in boxes[1:])
            self.assertLessEqual(covered, 3 * 0.2 * 160 * 160)

    @unittest.skipUnless(camera.available(), "ffmpeg is not installed")
    def test_a_camera_loses_detail_and_keeps_place_and_size(self):
        rng = np.random.default_rng(5)
        picture = cv2.GaussianBlur(rng.integers(0, 255, (180, 300, 3), np.uint8), (5, 5), 0)
        cv2.rectangle(picture, (100, 60), (199, 119), (255, 255, 255), -1)
        first, second = camera.encoded([picture, picture[:, ::-1].copy()])
        self.assertEqual(first.shape, picture.shape)
        self.assertGreater(np.abs(first.astype(int) - picture).mean(), 2, "something is lost")
        for got in (first, second):
            self.assertGreater(got[65:115, 105:195].mean(), 200)
            self.assertLess(got[:50].mean(), 160)

    def test_the_loss_is_small_where_the_answer_is_right(self):
        loss = DetectionLoss(160, 1, torch.device("cpu"))
        positions, strides = cells(160)
        wanted = [torch.tensor([[40.0, 30.0, 100.0, 90.0, 0.0]])]
        right = torch.full((1, len(positions), 6), -12.0)
        centre = torch.tensor([70.0, 60.0])
        right[0, :, :2] = centre / strides - positions
        right[0, :, 2:4] = torch.log(torch.tensor([60.0, 60.0]) / strides)
        near = ((positions + 0.5) * strides - centre).abs().amax(1) < 1.5 * strides[:, 0]
        right[0, near.nonzero()[:10, 0], 4:] = 12.0
        wrong = right.clone()
        wrong[0, :, :2] += 3
        self.assertLess(loss(right, wanted).item(), 0.25 * loss(wrong, wanted).item())

    def test_a_score_of_presence_does_not_pay_for_a_box_that_is_off(self):
        positions, strides = cells(160)
        wanted = [torch.tensor([[40.0, 30.0, 100.0, 90.0, 0.0]])]
        loose = torch.full((1, len(positions), 6), -12.0)  # sure, with a box half as large as the label's
        centre = torch.tensor([70.0, 60.0])
        loose[0, :, :2] = centre / strides - positions
        loose[0, :, 2:4] = torch.log(torch.tensor([42.0, 42.0]) / strides)
        near = ((positions + 0.5) * strides - centre).abs().amax(1) < 1.5 * strides[:, 0]
        loose[0, near.nonzero()[:5, 0], 4:] = 6.0
        fit, presence = (DetectionLoss(160, 1, torch.device("cpu"), share)(loose, wanted).item() for share in (0.0, 1.0))
        self.assertGreater(fit - presence, 1.0)

    def test_lamps_shine_beside_what_is_there_and_nowhere_else(self):
        picture = np.full((160, 160, 3), 60, np.uint8)
        boxes = np.array([[40, 40, 120, 120, 0]], np.float32)
        changed = 0
        for seed in range(60):
            lit = shine(picture, boxes, np.random.default_rng(seed))
            middle = lit[60:100, 60:100].astype(int) - 60
            self.assertLess(np.abs(middle).mean(), 60, "no more than a glow reaches what is there")
            changed += int((np.abs(lit.astype(int) - 60).max() > 100))
        self.assertGreater(changed, 30)
        self.assertTrue((picture == 60).all(), "the picture handed in stays as it was")

    def test_nothing_in_sight_costs_only_what_is_seen_there(self):
        loss = DetectionLoss(160, 2, torch.device("cpu"))
        quiet = torch.full((1, len(cells(160)[0]), 7), -20.0)
        self.assertLess(loss(quiet, [torch.zeros(0, 5)]).item(), 1e-3)

    def test_average_precision_of_a_known_ranking(self):
        score = detector_evaluate.Scores(np.array([0.9, 0.8, 0.7]), np.array([1.0, 0.0, 1.0]), 2)
        self.assertAlmostEqual(score.average_precision, 0.5 * 1.0 + 0.5 * 2 / 3)
        self.assertEqual(score.at(0.85), (1.0, 0.5))

    def test_a_network_of_any_size_has_a_prediction_per_cell(self):
        for size in (160, 320):
            positions, strides = cells(size)
            raw = Detector(3).eval()(torch.zeros(1, 3, size, size))
            self.assertEqual(tuple(raw.shape), (1, len(positions), 8))
            self.assertEqual(tuple(corners(raw, positions, strides).shape), (1, len(positions), 4))

    def test_yolo_labels_are_read_as_coco_is(self):
        with tempfile.TemporaryDirectory() as folder:
            pack = Path(folder)
            for part in ("images/train", "labels/train"):
                (pack / part).mkdir(parents=True)
            cv2.imwrite(str(pack / "images/train/a.png"), self.pictures[0].picture)
            (pack / "names.txt").write_text("gun\nknife\n")
            (pack / "labels/train/a.txt").write_text("1 0.4375 0.5 0.375 0.5\n")
            found = packs.load(pack, "train", ["knife"])
        np.testing.assert_allclose(found[0].boxes, [[40, 30, 100, 90, 0]], atol=1e-4)


if __name__ == "__main__":
    unittest.main()
