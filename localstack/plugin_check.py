#!/usr/bin/env python3
"""Whether functions behave under LocalStack as in Lambda: time-outs, processes that end, partial
answers, halving of batches, and what is given up.

    localstack/run localstack/plugin_check.py
"""

import base64
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import zipfile

import boto3
from botocore.config import Config

TIMEOUT = 6
# Records reach the function within this time on a busy machine.
PATIENCE = 240
ROLE_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def client(service: str):
    return boto3.client(service, config=Config(read_timeout=180, retries={"max_attempts": 1}))


def package(folder: pathlib.Path) -> bytes:
    javac = pathlib.Path(os.environ["JAVA_HOME"]) / "bin" / "javac"
    source = pathlib.Path(__file__).with_name("check") / "Scripted.java"
    jars = os.environ["KVS_INFER_LAMBDA_CLIENT"]
    subprocess.run([javac, "-cp", jars, "-d", folder / "classes", source], check=True)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for compiled in (folder / "classes").rglob("*.class"):
            archive.write(compiled, compiled.relative_to(folder / "classes"))
    return packed.getvalue()


class Check:
    def __init__(self, folder: pathlib.Path):
        self.out = folder / "out"
        self.wrong: list[str] = []
        self.functions = client("lambda")
        role = client("iam").create_role(
            RoleName="scripted", AssumeRolePolicyDocument=json.dumps(ROLE_POLICY)
        )["Role"]["Arn"]
        self.functions.create_function(
            FunctionName="scripted",
            Runtime="java25",
            Handler="Scripted",
            Role=role,
            Code={"ZipFile": package(folder)},
            Timeout=TIMEOUT,
            MemorySize=512,
            Environment={"Variables": {"OUT": str(self.out)}},
        )
        self.functions.get_waiter("function_active_v2").wait(FunctionName="scripted")

    def holds(self, what: str, true: bool, seen=""):
        print(f"{'holds' if true else 'DOES NOT HOLD'}: {what}{'' if true else f': {seen}'}", flush=True)
        if not true:
            self.wrong.append(what)

    def call(self, do: str) -> tuple[dict, str | None]:
        answer = self.functions.invoke(
            FunctionName="scripted", Payload=json.dumps({"do": do}).encode()
        )
        return json.loads(answer["Payload"].read()), answer.get("FunctionError")

    def calls(self):
        first, error = self.call("look")
        self.holds("an answer comes back", error is None and "process" in first, first)
        self.holds("the deadline is told", 0 < first.get("left", 0) <= TIMEOUT * 1000, first)
        self.holds("the host's variables are not", first.get("secret") is False, first)
        second, _ = self.call("look")
        self.holds("a process is used again", second.get("process") == first.get("process"), second)
        thrown, error = self.call("throw")
        self.holds(
            "what is thrown is told",
            error is not None and thrown.get("errorType") == "java.lang.IllegalStateException",
            thrown,
        )
        begun = time.monotonic()
        late, error = self.call("sleep")
        took = time.monotonic() - begun
        self.holds(
            "a time-out is an error, in its time",
            error is not None and late.get("errorType") == "Sandbox.Timedout" and took < TIMEOUT + 30,
            (late, took),
        )
        third, error = self.call("look")
        self.holds(
            "after a time-out there is a new process",
            error is None and third.get("process") not in (None, second.get("process")),
            third,
        )
        ended, error = self.call("exit")
        self.holds(
            "a process that ends is an error",
            error is not None and ended.get("errorType") == "Runtime.ExitError",
            ended,
        )
        fourth, error = self.call("look")
        self.holds("and replaced as well", error is None and "process" in fourth, fourth)

    def lines(self) -> list[str]:
        return self.out.read_text().splitlines() if self.out.exists() else []

    def until(self, condition) -> bool:
        end = time.monotonic() + PATIENCE
        while not condition() and time.monotonic() < end:
            time.sleep(0.5)
        return condition()

    def mapping(self):
        kinesis, s3 = client("kinesis"), client("s3")
        kinesis.create_stream(StreamName="scripted", ShardCount=1)
        kinesis.get_waiter("stream_exists").wait(StreamName="scripted")
        arn = kinesis.describe_stream_summary(StreamName="scripted")["StreamDescriptionSummary"][
            "StreamARN"
        ]
        s3.create_bucket(Bucket="scripted")
        sent = ["a", "b", "again", "c", "poison", "d"]
        kinesis.put_records(
            StreamName="scripted",
            Records=[{"Data": data.encode(), "PartitionKey": "k"} for data in sent],
        )
        mapping = self.functions.create_event_source_mapping(
            EventSourceArn=arn,
            FunctionName="scripted",
            StartingPosition="TRIM_HORIZON",
            BatchSize=100,
            MaximumBatchingWindowInSeconds=1,
            BisectBatchOnFunctionError=True,
            MaximumRetryAttempts=2,
            FunctionResponseTypes=["ReportBatchItemFailures"],
            DestinationConfig={"OnFailure": {"Destination": "arn:aws:s3:::scripted"}},
        )["UUID"]

        def given_up():
            listed = s3.list_objects_v2(Bucket="scripted", Prefix=f"aws/lambda/{mapping}/")
            return [entry["Key"] for entry in listed.get("Contents", [])]

        self.until(lambda: given_up() and "d" in self.lines())
        lines = self.lines()
        taken = [line for line in lines if not line.startswith(("thrown", "given back"))]
        self.holds("a partial answer brings the record again", "given back" in lines, lines)
        self.holds("all others are taken once, in order", taken == ["a", "b", "again", "c", "d"], lines)
        self.holds("a batch that fails is halved", "thrown 6" in lines and "thrown 1" in lines, lines)
        self.holds("one record is tried three times", lines.count("thrown 1") == 3, lines)
        keys = given_up()
        self.holds("it alone is given up, in Lambda's place", len(keys) == 1, keys)
        if keys:
            body = json.loads(s3.get_object(Bucket="scripted", Key=keys[0])["Body"].read())
            payload = body["payload"]
            records = (json.loads(payload) if isinstance(payload, str) else payload)["Records"]
            data = [base64.b64decode(record["kinesis"]["data"]).decode() for record in records]
            self.holds("with its record", data == ["poison"], data)
            condition = body.get("requestContext", {}).get("condition")
            self.holds("and the reason", condition == "RetryAttemptsExhausted", body)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        check = Check(pathlib.Path(folder))
        check.calls()
        check.mapping()
    return 1 if check.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
