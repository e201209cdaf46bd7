#!/usr/bin/env python3
"""A worker from the start of its process to its first frame looked at, with and without its AOT cache.

    bench/streams/first_frame.py VIDEO [--runs 9] [--modes GETMEDIA HLS] [--cache FILE]

Needs packaged classes (mvn -Dquick -pl local -am package). The local KVS plays VIDEO in real time in a
process of its own; the worker is the packaged one, with a camera of a settings file and the fire detector.
Runs with and without the cache take turns, so that both meet the same load. CPU seconds are those of the
worker's process up to its end, which follows the first frame at once (SIGKILL). Without --cache a rehearsal
makes one first. Prints lines of JSON: each run, then medians.
"""
import argparse
import json
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HOME = pathlib.Path(__file__).resolve().parents[2]
JAVA = os.environ.get("JAVA_HOME", "") + "/bin/java" if os.environ.get("JAVA_HOME") else "java"
WORKER = HOME / "worker/target/dist/kvs-infer-worker.jar"
# As Programs has them, and as images/runtime but for the size of the heap.
OPTIONS = ["--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
           "-Dorg.bytedeco.javacpp.maxphysicalbytes=0", f"-Dkvsinfer.home={HOME}", "-XX:+UseSerialGC",
           "-Xmx512m", "-Xlog:disable", "-Xlog:all=warning:stderr", "-Xlog:aot*=error:stderr"]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def rehearse(cache):
    began = os.times()
    subprocess.run(
        [JAVA, *OPTIONS, f"-XX:AOTCacheOutput={cache}", "-cp", str(WORKER), "io.kvsinfer.worker.app.Rehearsal"],
        env={"ORT_DISABLE_TELEMETRY": "1"}, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    ended = os.times()
    print(json.dumps({
        "rehearsal_s": round(ended.elapsed - began.elapsed, 1),
        "rehearsal_cpu_s": round(sum(ended[2:4]) - sum(began[2:4]), 1),
        "cache_mb": round(os.path.getsize(cache) / 1e6, 1)}), flush=True)


def run(mode, cache, environment, folder):
    """Seconds to the first frame: wall clock, CPU."""
    config = pathlib.Path(folder) / f"{mode}.yaml"
    config.write_text(
        f"schema: 1\ncameras:\n  - id: bench\n    stream_name: bench\n    playback: {{mode: {mode}}}\n"
        "    detectors: [{type: fire_smoke}]\n")
    options = OPTIONS + ([f"-XX:AOTCache={cache}"] if cache else [])
    began = time.monotonic()
    worker = subprocess.Popen(
        [JAVA, *options, "-jar", str(WORKER), "--config", str(config)], env=environment,
        stdout=subprocess.PIPE, stderr=sys.stderr, text=True)
    took = None
    steps = {}
    for line in worker.stdout:
        at = time.monotonic() - began
        message = json.loads(line)["message"] if line.startswith("{") else line
        for name, text in (("up", "watching "), ("decoder", "is decoded in"), ("first", "the first frame was looked at")):
            if text in message and name not in steps:
                steps[name] = round(at, 3)
        if "first" in steps:
            took = at
            break
    worker.send_signal(signal.SIGKILL)
    _, _, used = os.wait4(worker.pid, 0)
    if took is None:
        sys.exit("first_frame.py: the worker ended before its first frame")
    return {"mode": mode, "cache": bool(cache), "s": round(took, 3),
            "cpu_s": round(used.ru_utime + used.ru_stime, 3), "steps": steps}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("video")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--modes", nargs="+", default=["GETMEDIA", "HLS"])
    parser.add_argument("--cache")
    arguments = parser.parse_args()
    listed = (HOME / "local/target/dependencies.classpath").read_text().strip()
    local = next((HOME / "local/target").glob("kvs-infer-local-*.jar"))
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        cache = arguments.cache or f"{folder}/worker.aot"
        if not arguments.cache:
            rehearse(cache)
        environment = {
            "PATH": os.environ["PATH"], "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local", "AWS_ENDPOINT_URL_KINESIS_VIDEO": endpoint,
            "KVS_INFER_PORT": "0", "KVS_INFER_STATE": f"{folder}/state", "ORT_DISABLE_TELEMETRY": "1"}
        server = subprocess.Popen(
            [JAVA, "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-cp", f"{local}:{listed}",
             "io.kvsinfer.local.LocalMain", "kvs", "serve", "--port", str(port),
             "--stream", f"bench={arguments.video},loop"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(300):
                with socket.socket() as s:
                    if s.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.2)
            else:
                sys.exit("first_frame.py: the local KVS did not start")
            time.sleep(12)
            for mode in arguments.modes:
                runs = []
                for _ in range(arguments.runs):
                    for given in (None, cache):
                        runs.append(run(mode, given, environment, folder))
                        print(json.dumps(runs[-1]), flush=True)
                for cached in (False, True):
                    of = [r for r in runs if r["cache"] == cached]
                    print(json.dumps({
                        "mode": mode, "cache": cached, "runs": len(of),
                        "median_s": round(statistics.median(r["s"] for r in of), 2),
                        "median_cpu_s": round(statistics.median(r["cpu_s"] for r in of), 2),
                        "least_s": min(r["s"] for r in of), "load": os.getloadavg()[0]}), flush=True)
        finally:
            server.terminate()
            server.wait(timeout=30)


main()
