#!/usr/bin/env python3
"""From what a camera saw to the alert, through the whole system on one machine.

    bench/alerts/alert_latency.py [--for 90] [--mode HLS|GETMEDIA] [--dir DIR]

Runs `kvs-infer local` (KVS_INFER names another program) with its demo cameras and reads what it leaves: the
events that opened incidents from the archive, which say when their frame was captured and when they were
decided, and the alerts, which say when SNS got them. All clocks are this machine's. Prints a line of JSON.

    captured   the frame with which the incident was confirmed left the camera
    detected   the worker decided on it: network, decoder, detector, confirmation
    alerted    SNS took the alert: picture to S3, record to Kinesis, events function, DynamoDB, its stream,
               alerts function
"""
import argparse
import datetime
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HOME = pathlib.Path(__file__).resolve().parents[2]


def at(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def opened(folder):
    """The events that opened incidents, by incident."""
    found = {}
    for file in (folder / "s3").rglob("*.gz"):
        for line in gzip.open(file, "rt", encoding="utf-8"):
            event = json.loads(line)
            if event.get("phase") == "opened":
                found[event["incident_id"]] = event
    return found


def alerted(folder):
    """When SNS took the first alert of an incident that opened."""
    found = {}
    for line in (folder / "alerts.jsonl").read_text().splitlines():
        alert = json.loads(line)
        message = json.loads(alert["message"])
        if message["phase"] == "opened":
            found.setdefault(message["incident_id"], at(alert["published_at"]))
    return found


def spread(seconds):
    ordered = sorted(seconds)
    rank = lambda share: ordered[min(len(ordered) - 1, int(share * len(ordered)))]
    return {"median": round(rank(0.5), 2), "p95": round(rank(0.95), 2), "most": round(ordered[-1], 2)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--for", dest="seconds", type=int, default=90)
    parser.add_argument("--mode", default="HLS", choices=["HLS", "GETMEDIA"])
    parser.add_argument("--dir", help="keeps what the run left there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(arguments.dir or temporary)
        program = os.environ.get("KVS_INFER", str(HOME / "kvs-infer"))
        subprocess.run(
            [program, "local", "--json", "--for", f"{arguments.seconds}s", "--mode", arguments.mode,
             "--connect-within", "10m", "--dir", str(folder)], check=True, stdout=subprocess.DEVNULL)
        events, alerts = opened(folder), alerted(folder)
        if not events or set(events) != set(alerts):
            sys.exit(f"alert_latency.py: {len(events)} incidents opened, alerts of {len(alerts)}")
        print(json.dumps({
            "mode": arguments.mode,
            "incidents": len(events),
            "captured_to_detected_s": spread([at(e["detected_at"]) - at(e["captured_at"]) for e in events.values()]),
            "detected_to_alerted_s": spread([alerts[i] - at(e["detected_at"]) for i, e in events.items()]),
            "captured_to_alerted_s": spread([alerts[i] - at(e["captured_at"]) for i, e in events.items()]),
            "load": os.getloadavg()[0]}))


main()
