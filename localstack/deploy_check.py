#!/usr/bin/env python3
"""The life of a deployment: bootstrap, deploy, an event all the way to an alert, deploy again without
a change, destroy, and nothing left behind.

    localstack/run localstack/deploy_check.py        on LocalStack
    localstack/deploy_check.py --account 123456789012 [--region R]
                                                     in a real account, which it then pays for

It deploys an environment of its own (cdk.json's `dev` under another name), and touches nothing else:
what it makes has that name in it. On LocalStack ECS, EC2's networks and EventBridge Scheduler are
accepted and do nothing; docs/localstack.md has the list.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import uuid

import boto3
from botocore.config import Config

HOME = pathlib.Path(__file__).resolve().parent.parent
CDK = ["npx", "--yes", "aws-cdk@2.1148.1"]
# Stands for the worker's image, which nothing runs on LocalStack; none is built for it.
IMAGE = "public.ecr.aws/docker/library/busybox:1.37"
LOCAL_ACCOUNT = "000000000000"


class Failed(Exception):
    """Something does not hold."""


def say(text: str):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def client(service: str):
    # The first call of a service takes LocalStack many seconds on a busy machine.
    return boto3.client(service, config=Config(read_timeout=120, retries={"max_attempts": 4}))


class Deployment:
    def __init__(self, account: str, region: str, real: bool):
        self.account, self.region, self.real = account, region, real
        self.name = "it" + uuid.uuid4().hex[:6]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kvs-infer-deploy-"))
        settings = json.loads((HOME / "cdk.json").read_text())
        described = settings["context"]["environments"]["dev"]
        if not real:
            described = {**described, "worker": {"image": IMAGE}}
        settings["context"].update(environment=self.name, environments={self.name: described})
        settings["app"] = str(HOME / "infra" / "synth")
        settings["output"] = str(self.folder / "cdk.out")
        self.settings = json.dumps(settings)

    def cdk(self, *arguments: str) -> str:
        begun = time.monotonic()
        done = subprocess.run(
            [*CDK, *arguments, "--ci", "--no-color"],
            cwd=self.folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        said = done.stdout
        if done.returncode != 0:
            raise Failed(f"cdk {' '.join(arguments)} ended with {done.returncode}:\n{said[-6000:]}")
        say(f"cdk {arguments[0]}: {time.monotonic() - begun:.0f} s")
        return said

    def stacks(self) -> list[str]:
        return [f"KvsInfer-{self.name}-{part}" for part in ("State", "Compute", "Watch")]

    def bootstrap(self):
        self.cdk("bootstrap", f"aws://{self.account}/{self.region}")

    def synth(self):
        """Once: what follows takes the templates from there."""
        (self.folder / "cdk.json").write_text(self.settings)
        self.cdk("synth", "--strict", "-q", "-c", f"region={self.region}")
        (self.folder / "cdk.json").unlink()

    def deploy(self) -> str:
        return self.cdk("deploy", "--app", "cdk.out", "--all", "--require-approval", "never")

    def destroy(self):
        self.cdk("destroy", "--app", "cdk.out", "--all", "--force")

    def variables(self) -> dict[str, str]:
        """What infra/outputs prints, as the deploy guide has it evaluated."""
        printed = subprocess.run(
            ["bash", "-c", f'eval "$(infra/outputs {self.name})"; env -0'],
            cwd=HOME,
            text=True,
            capture_output=True,
            check=True,
        ).stdout
        pairs = (entry.split("=", 1) for entry in printed.split("\0") if "=" in entry)
        return {name: value for name, value in pairs if name.startswith("KVS_INFER_")}

    def left(self) -> list[str]:
        """Whatever has the environment's name in it, and does not only wait for its deletion."""
        found = []

        def add(kind: str, names):
            found.extend(f"{kind} {n}" for n in names if self.name in n)

        for stack in client("cloudformation").list_stacks()["StackSummaries"]:
            if stack["StackStatus"] != "DELETE_COMPLETE":
                add("stack", [stack["StackName"]])
        add("table", pages("dynamodb", "list_tables", "TableNames"))
        add("stream", pages("kinesis", "list_streams", "StreamNames"))
        add("bucket", [b["Name"] for b in client("s3").list_buckets()["Buckets"]])
        add("function", [f["FunctionName"] for f in pages("lambda", "list_functions", "Functions")])
        mappings = pages("lambda", "list_event_source_mappings", "EventSourceMappings")
        add("mapping", [m["FunctionArn"] for m in mappings if m["State"] != "Deleting"])
        add("role", [r["RoleName"] for r in pages("iam", "list_roles", "Roles")])
        add("topic", [t["TopicArn"] for t in pages("sns", "list_topics", "Topics")])
        add("queue", client("sqs").list_queues().get("QueueUrls", []))
        add("log group", [g["logGroupName"] for g in pages("logs", "describe_log_groups", "logGroups")])
        add("alarm", [a["AlarmName"] for a in pages("cloudwatch", "describe_alarms", "MetricAlarms")])
        boards = pages("cloudwatch", "list_dashboards", "DashboardEntries")
        add("dashboard", [d["DashboardName"] for d in boards])
        add("rule", [r["Name"] for r in client("events").list_rules()["Rules"]])
        add("schedule", [s["Name"] for s in pages("scheduler", "list_schedules", "Schedules")])
        add("alias of a key", [a["AliasName"] for a in pages("kms", "list_aliases", "Aliases")])
        return found


def pages(service: str, call: str, key: str) -> list:
    which = client(service)
    if not which.can_paginate(call):
        return getattr(which, call)()[key]
    return [entry for page in which.get_paginator(call).paginate() for entry in page.get(key, [])]


def event_plane(variables: dict[str, str]):
    done = subprocess.run(
        [sys.executable, str(HOME / "localstack" / "event_plane.py"), "--within", "300"],
        env={**os.environ, **variables},
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise Failed(f"the event plane:\n{done.stdout}{done.stderr}")
    say(f"event plane: {done.stdout.strip()}")


def onboarding(variables: dict[str, str]):
    """Items as the AWS CLI writes them: one good, one with a value that cannot be right, one with
    somebody else's stream."""
    good = {"id": {"S": "gate-1"}, "stream_name": {"S": "gate-1"}}
    good["detectors"] = {"L": [{"M": {"type": {"S": "weapon"}}}]}
    bad = {**good, "id": {"S": "gate-2"}, "fps_target": {"N": "-3"}}
    foreign = {name: value for name, value in good.items() if name != "stream_name"}
    foreign["id"] = {"S": "gate-3"}
    foreign["stream_arn"] = {"S": "arn:aws:kinesisvideo:us-east-1:111122223333:stream/theirs/1"}
    table = variables["KVS_INFER_CAMERAS_TABLE"]
    items = (good, bad, foreign)
    for item in items:
        subprocess.run(
            ["aws", "dynamodb", "put-item", "--table-name", table, "--item", json.dumps(item)],
            check=True,
        )
    dynamo = client("dynamodb")

    def verdict(item: dict) -> dict | None:
        row = dynamo.get_item(
            TableName=variables["KVS_INFER_STATE_TABLE"], Key={"camera_id": item["id"]}
        )
        return row.get("Item", {}).get("desired", {}).get("M")

    begun = time.monotonic()
    while not all(map(verdict, items)) and time.monotonic() - begun < 300:
        time.sleep(1)
    said = [json.dumps(verdict(item)) for item in items]
    for text, parts in zip(
        said,
        (['"accepted"'], ['"refused"', "fps_target", "must be above 0"], ['"refused"', "is not allowed"]),
        strict=True,
    ):
        if missing := [part for part in parts if part not in text]:
            raise Failed(f"a verdict lacks {missing}: {text}")
    say(f"onboarding: one item accepted, two refused, after {time.monotonic() - begun:.0f} s")
    for item in items:
        dynamo.delete_item(TableName=table, Key={"id": item["id"]})


def keys_are_going(deployment: Deployment, keys: list[str]):
    kms = client("kms")
    for key in keys:
        state = kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]
        if state != "PendingDeletion":
            raise Failed(f"the key {key} of {deployment.name} is {state}, not PendingDeletion")


def life(deployment: Deployment, arguments):
    if not deployment.real:
        deployment.bootstrap()
    begun = deployment.left()
    if begun:
        raise Failed(f"there is something of that name already: {begun}")
    deployment.synth()
    deployment.deploy()
    made = deployment.left()
    say(f"made: {len(made)} named resources and stacks")
    for kind in ("table", "stream", "function", "mapping", "topic", "queue", "log group", "alarm"):
        if not any(entry.startswith(kind + " ") for entry in made):
            raise Failed(f"the deployment has no {kind}")
    if missing := [s for s in deployment.stacks() if f"stack {s}" not in made]:
        raise Failed(f"not deployed: {missing}")
    keys = [
        alias["TargetKeyId"]
        for alias in pages("kms", "list_aliases", "Aliases")
        if deployment.name in alias["AliasName"]
    ]
    variables = deployment.variables()
    if len(variables) < 8:
        raise Failed(f"infra/outputs prints only {sorted(variables)}")
    event_plane(variables)
    if not deployment.real:
        # In an account it would start a GPU for a camera that is not there.
        onboarding(variables)
    again = deployment.deploy()
    unchanged = len(re.findall(r"\(no changes\)", again))
    if unchanged != len(deployment.stacks()):
        raise Failed(f"{unchanged} of 3 stacks were unchanged at the second deploy:\n{again[-4000:]}")
    say("deployed again: no changes")
    if not arguments.leave:
        deployment.destroy()
        if left := deployment.left():
            raise Failed("left behind by destroy:\n  " + "\n  ".join(left))
        keys_are_going(deployment, keys)
        say("destroyed: nothing left behind")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--account", help="a real account, to be paid for; it must be the caller's")
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", "us-east-1"))
    parser.add_argument("--leave", action="store_true", help="do not destroy it, to look at it")
    arguments = parser.parse_args()
    os.environ["AWS_REGION"] = os.environ["AWS_DEFAULT_REGION"] = arguments.region
    real = arguments.account is not None
    if real == bool(os.environ.get("AWS_ENDPOINT_URL")):
        sys.exit("either under localstack/run, or with --account and without AWS_ENDPOINT_URL")
    if real and client("sts").get_caller_identity()["Account"] != arguments.account:
        sys.exit("the credentials are of another account than --account")
    deployment = Deployment(arguments.account or LOCAL_ACCOUNT, arguments.region, real)
    begun = time.monotonic()
    code = 1
    try:
        life(deployment, arguments)
        say(f"all holds, after {time.monotonic() - begun:.0f} s")
        code = 0
    except Failed as failure:
        print(f"does not hold: {failure}", file=sys.stderr)
        if real and not arguments.leave:
            print(f"destroying {deployment.name}", file=sys.stderr)
            deployment.destroy()
    finally:
        shutil.rmtree(deployment.folder, ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
