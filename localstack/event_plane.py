#!/usr/bin/env python3
"""One scripted history through the event plane of a deployment, and what must come of it.

Kinesis → events function → tables and bucket → alerts function → SNS. The same script, with the same
expectations, runs against everything that has the product's names in its environment:

  * the embedded stack: the variables of `kvs-infer local --dir D` (`D/environment`), --alerts-file;
  * LocalStack and AWS: `eval "$(infra/outputs ENV)"`; alerts come by a queue that is made for it.

It touches rows, objects and records of a camera of its own, whose name nobody else has, and removes
them in the end. Exit code 0: all holds; 1: something does not, said in a line each.
"""

import argparse
import base64
import gzip
import json
import os
import pathlib
import sys
import time
import uuid
from datetime import datetime, timezone

import boto3

BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
PLATE = "TEST 4711"


class History:
    """The records of one camera: an incident told three times over, one from a worker that has lost
    its lease, and one that nobody can read."""

    def __init__(self):
        self.camera = "it-" + uuid.uuid4().hex[:12]
        self.incident = self._id()
        self.fenced = self._id()
        self.started = time.time()

    @staticmethod
    def _id() -> str:
        number = uuid.uuid4().int
        return "".join(BASE32[(number >> 4 * i) % 32] for i in range(26))

    def _at(self, seconds: float) -> str:
        at = datetime.fromtimestamp(self.started + seconds, timezone.utc)
        return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"

    def _lease(self, generation: int) -> dict:
        return {
            "schema": "kvs-infer.lease/1",
            "camera_id": self.camera,
            "generation": generation,
            "launch": f"l{generation}",
            "at": self._at(0),
        }

    def _event(self, incident: str, sequence: int, phase: str, generation: int) -> dict:
        event = {
            "schema": "kvs-infer.event/1",
            "event_id": f"{incident}-{sequence}",
            "incident_id": incident,
            "phase": phase,
            "sequence": sequence,
            "camera_id": self.camera,
            "detector": "plates",
            "type": "alpr",
            "label": "licence plate",
            "confidence": 0.875,
            "box": {"x": 0.25, "y": 0.5, "width": 0.125, "height": 0.1},
            "frame": {"width": 1920, "height": 1080},
            "regions": [],
            "plate": {"text": PLATE, "confidence": 0.93, "reads": 4},
            "started_at": self._at(0),
            "captured_at": self._at(sequence),
            "detected_at": self._at(sequence + 0.3),
            "published_at": self._at(sequence + 0.35),
            "models": [{"role": "detector", "name": "plate-n", "sha256": "ab" * 32}],
            "settings_revision": "0123456789ab",
            "launch": f"l{generation}",
            "generation": generation,
            "late": False,
        }
        if phase == "closed":
            event["ended_at"] = self._at(sequence)
        return event

    def records(self) -> list[bytes]:
        told = [
            self._event(self.incident, 0, "opened", 2),
            self._event(self.incident, 1, "updated", 2),
            self._event(self.incident, 2, "closed", 2),
        ]
        written = [
            self._lease(2),
            *told,
            *told,  # as a worker repeats them whose answer was lost
            self._event(self.fenced, 0, "opened", 1),
        ]
        lines = [json.dumps(record).encode() for record in written]
        lines.insert(3, b'{"schema": "kvs-infer.event/1", "camera_id": ' + b"\xff\xfe")
        return lines


class Stack:
    """What the deployment has of the history's camera."""

    def __init__(self, history: History, alerts_file: str | None):
        self.history = history
        self.names = {
            name: os.environ[f"KVS_INFER_{name}"]
            for name in (
                "EVENTS_TABLE",
                "INCIDENTS_TABLE",
                "STATE_TABLE",
                "EVENTS_STREAM",
                "MEDIA_BUCKET",
            )
        }
        self.dynamo = boto3.client("dynamodb")
        self.s3 = boto3.client("s3")
        self.kinesis = boto3.client("kinesis")
        self.alerts_file = alerts_file and pathlib.Path(alerts_file)
        self.messages: list[dict] = []
        self.queue = self.subscription = None
        if not self.alerts_file:
            self._subscribe(os.environ["KVS_INFER_ALERTS_TOPIC"])

    def _subscribe(self, topic: str):
        self.sqs, self.sns = boto3.client("sqs"), boto3.client("sns")
        self.queue = self.sqs.create_queue(QueueName=f"kvs-infer-{self.history.camera}")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])
        arn = arn["Attributes"]["QueueArn"]
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "sns.amazonaws.com"},
                    "Action": "sqs:SendMessage",
                    "Resource": arn,
                    "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
                }
            ],
        }
        self.sqs.set_queue_attributes(QueueUrl=self.queue, Attributes={"Policy": json.dumps(policy)})
        self.subscription = self.sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=arn,
            ReturnSubscriptionArn=True,
            Attributes={"FilterPolicy": json.dumps({"camera": [self.history.camera]})},
        )["SubscriptionArn"]

    def put(self):
        for data in self.history.records():
            self.kinesis.put_record(
                StreamName=self.names["EVENTS_STREAM"],
                PartitionKey=self.history.camera,
                Data=data,
            )

    def events(self) -> list[dict]:
        found = self.dynamo.query(
            TableName=self.names["EVENTS_TABLE"],
            KeyConditionExpression="camera_id = :c",
            ExpressionAttributeValues={":c": {"S": self.history.camera}},
            ConsistentRead=True,
        )
        return found["Items"]

    def incident(self, incident: str) -> dict | None:
        return self.dynamo.get_item(
            TableName=self.names["INCIDENTS_TABLE"],
            Key={"incident_id": {"S": incident}},
            ConsistentRead=True,
        ).get("Item")

    def fence(self) -> dict:
        row = self.dynamo.get_item(
            TableName=self.names["STATE_TABLE"],
            Key={"camera_id": {"S": self.history.camera}},
            ConsistentRead=True,
        )
        return row.get("Item", {}).get("fence", {}).get("M", {})

    def objects(self, prefix: str) -> dict[str, str]:
        """Key to text of what was written since the beginning and speaks of the camera."""
        since = datetime.fromtimestamp(self.history.started - 5, timezone.utc)
        needles = (self.history.camera, base64.b64encode(self.history.camera.encode()).decode()[:12])
        found = {}
        pages = self.s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.names["MEDIA_BUCKET"], Prefix=prefix):
            for entry in page.get("Contents", []):
                if entry["LastModified"] < since:
                    continue
                body = self.s3.get_object(Bucket=self.names["MEDIA_BUCKET"], Key=entry["Key"])
                body = body["Body"].read()
                if body[:2] == b"\x1f\x8b":
                    body = gzip.decompress(body)
                text = body.decode(errors="replace")
                if any(needle in text for needle in needles):
                    found[entry["Key"]] = text
        return found

    def alerts(self) -> list[dict]:
        if self.alerts_file:
            lines = self.alerts_file.read_text().splitlines() if self.alerts_file.exists() else []
            found = [alert for line in lines for alert in _alerts_in(json.loads(line))]
            return [alert for alert in found if alert.get("camera_id") == self.history.camera]
        received = self.sqs.receive_message(
            QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=1
        )
        for message in received.get("Messages", []):
            self.messages += _alerts_in(json.loads(message["Body"]))
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
        return self.messages

    def clean(self):
        for row in self.events():
            key = {name: row[name] for name in ("camera_id", "captured_at#event_id")}
            self.dynamo.delete_item(TableName=self.names["EVENTS_TABLE"], Key=key)
        for incident in (self.history.incident, self.history.fenced):
            self.dynamo.delete_item(
                TableName=self.names["INCIDENTS_TABLE"], Key={"incident_id": {"S": incident}}
            )
        self.dynamo.delete_item(
            TableName=self.names["STATE_TABLE"], Key={"camera_id": {"S": self.history.camera}}
        )
        for prefix in ("events/", "fenced/", "poison/"):
            for key, text in self.objects(prefix).items():
                # An archive object may hold events of other cameras: those stay, and so does it.
                if all(self.history.camera in line for line in text.splitlines()):
                    self.s3.delete_object(Bucket=self.names["MEDIA_BUCKET"], Key=key)
        if self.queue:
            self.sns.unsubscribe(SubscriptionArn=self.subscription)
            self.sqs.delete_queue(QueueUrl=self.queue)


def _alerts_in(message: dict) -> list[dict]:
    """The alert in an SNS envelope, in a line of the local SNS, or as it is."""
    for key in ("Message", "message", "default"):
        inner = message.get(key)
        if isinstance(inner, str):
            return _alerts_in(json.loads(inner))
        if isinstance(inner, dict):
            return _alerts_in(inner)
    return [message]


def arrived(stack: Stack) -> dict:
    """What there is, in figures that are the same wherever it runs."""
    history = stack.history
    incident = stack.incident(history.incident) or {}
    archived = [
        json.loads(line)["event_id"]
        for text in stack.objects("events/").values()
        for line in text.splitlines()
        if history.camera in line
    ]
    alerts = [alert["dedup_id"] for alert in stack.alerts()]
    return {
        "event_rows": len(stack.events()),
        "incident_phase": incident.get("phase", {}).get("S"),
        "incident_sequence": incident.get("sequence", {}).get("N"),
        "fenced_incident_rows": int(stack.incident(history.fenced) is not None),
        "fence_generation": stack.fence().get("generation", {}).get("N"),
        "archived_events": len(set(archived)),
        "fenced_objects": len(stack.objects("fenced/")),
        "poison_objects": int(bool(stack.objects("poison/"))),
        "alerts": sorted(set(alerts)),
    }


def expected(history: History) -> dict:
    return {
        "event_rows": 3,
        "incident_phase": "closed",
        "incident_sequence": "2",
        "fenced_incident_rows": 0,
        "fence_generation": "2",
        "archived_events": 3,
        "fenced_objects": 1,
        "poison_objects": 1,
        "alerts": [history.incident],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--alerts-file", help="lines of the local SNS, instead of a queue")
    parser.add_argument("--within", type=float, default=120, help="seconds it may take")
    arguments = parser.parse_args()
    history = History()
    stack = Stack(history, arguments.alerts_file)
    try:
        begun = time.monotonic()
        stack.put()
        right = expected(history)
        while (seen := arrived(stack)) != right and time.monotonic() - begun < arguments.within:
            time.sleep(1)
        seconds = time.monotonic() - begun
        # Nothing more may follow: no second row, no alert of the fenced incident.
        time.sleep(3)
        seen = arrived(stack)
        told = json.dumps(stack.alerts(), ensure_ascii=False)
    finally:
        stack.clean()
    wrong = [
        f"{name}: {seen[name]!r} instead of {value!r}"
        for name, value in right.items()
        if seen[name] != value
    ]
    if PLATE in told:
        wrong.append("an alert has the text of a plate")
    if stack.events() or stack.incident(history.incident):
        wrong.append("rows of the camera stayed behind")
    for line in wrong:
        print(f"does not hold: {line}", file=sys.stderr)
    seen["alerts"] = len(seen["alerts"])
    print(json.dumps({"camera": history.camera, "seconds": round(seconds, 1), **seen}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
