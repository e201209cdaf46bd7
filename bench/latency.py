#!/usr/bin/env python3
"""Latency from capture to the decoded frame, through processes as a user runs them.

    bench/latency.py VIDEO [--mode GETMEDIA|HLS] [--seconds 60] [--streams 1]

Starts `kvs-infer kvs serve`, which plays VIDEO in real time, and `kvs-infer read --json` on it, and
takes the time at which each line arrives less its captured_at. GetMedia hands frames on as the local KVS
gets them, HLS has a fragment once its last frame was captured (at a keyframe, after a second or more); the
share of that wait is printed beside. Prints a line of JSON.
"""
import argparse
import datetime
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent.parent


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def quantile(values, q):
    return round(sorted(values)[min(len(values) - 1, int(q * len(values)))] * 1000)


def read(name, mode, length, environment, frames):
    command = [HERE / "kvs-infer", "read", f"kvs:{name}", "--mode", mode, "--no-display", "--json"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    timer = threading.Timer(length + 20, process.terminate)
    timer.start()
    first = None
    for line in process.stdout:
        now = time.time()
        frame = json.loads(line)
        if "frame" not in frame:
            continue
        first = first or now
        frames.append((now - first, now - seconds(frame["captured_at"]), frame))
        if now - first > length:
            process.terminate()
            break
    timer.cancel()
    process.wait(timeout=30)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("video")
    parser.add_argument("--mode", default="GETMEDIA")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--streams", type=int, default=1)
    arguments = parser.parse_args()
    port = free_port()
    names = [f"camera-{i}" for i in range(arguments.streams)]
    serve = [HERE / "kvs-infer", "kvs", "serve", "--port", str(port)]
    for name in names:
        serve += ["--stream", f"{name}={arguments.video},loop"]
    endpoint = f"http://127.0.0.1:{port}"
    environment = dict(
        os.environ, AWS_REGION="us-east-1", AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local",
        AWS_ENDPOINT_URL_KINESIS_VIDEO=endpoint, AWS_ENDPOINT_URL_KINESIS_VIDEO_MEDIA=endpoint,
        AWS_ENDPOINT_URL_KINESIS_VIDEO_ARCHIVED_MEDIA=endpoint)
    server = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        else:
            sys.exit("latency.py: the local KVS did not start")
        time.sleep(5)  # a first fragment
        frames = [[] for _ in names]
        readers = [
            threading.Thread(target=read, args=(n, arguments.mode, arguments.seconds, environment, f))
            for n, f in zip(names, frames)]
        [r.start() for r in readers]
        [r.join() for r in readers]
    finally:
        server.terminate()
        server.wait(timeout=30)
    settled = [(lag, frame) for some in frames for at, lag, frame in some if at > 5]
    if not settled:
        sys.exit("latency.py: no frame came")
    ends = {}
    for _, frame in settled:
        ends[frame["fragment_number"]] = max(
            ends.get(frame["fragment_number"], 0), seconds(frame["captured_at"]))
    waits = [ends[f["fragment_number"]] - seconds(f["captured_at"]) for _, f in settled]
    lags = [lag for lag, _ in settled]
    rest = [lag - wait for lag, wait in zip(lags, waits)]
    print(json.dumps({
        "mode": arguments.mode, "streams": arguments.streams, "frames": len(settled),
        "latency_ms": {"avg": round(sum(lags) / len(lags) * 1000), "p50": quantile(lags, .5),
                       "p95": quantile(lags, .95), "p99": quantile(lags, .99)},
        "of_it_waiting_for_the_fragment_ms": round(sum(waits) / len(waits) * 1000),
        "after_the_fragment_was_complete_ms": {"p50": quantile(rest, .5), "p99": quantile(rest, .99)},
        "load": os.getloadavg()[0]}))


main()
