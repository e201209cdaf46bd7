#!/usr/bin/env python3
"""Streams in one process, by HLS and GetMedia, beside plain FFmpeg decoding of the same media.

    bench/streams/run.py VIDEO [--streams 1 10] [--warm 40] [--seconds 60]

Needs packaged classes (mvn -Dquick -pl local -am package) and ffmpeg. The local KVS plays VIDEO in
real time in a process of its own. FFmpeg decodes VIDEO on one thread, over and over, for as many frames,
at the same time as the last reader, so that both meet the same load. CPU seconds, memory and threads are
those of the reading process between the warm-up and its end. Prints lines of JSON.
"""
import argparse
import glob
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

HOME = pathlib.Path(__file__).resolve().parents[2]
JAVA = os.environ.get("JAVA_HOME", "") + "/bin/" if os.environ.get("JAVA_HOME") else ""


def classpath():
    given = os.environ.get("KVS_INFER_CLASSPATH")
    if given:
        return given
    modules = ["local", "worker", "contract", "media", "store", "embedded"]
    own = [str(HOME / m / "target/classes") for m in modules]
    listed = (HOME / "local/target/dependencies.classpath").read_text().strip()
    return ":".join([*own, str(HOME / "worker/target/dist/lib/*"), listed])


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def plain(video, frames, results):
    """CPU microseconds a frame of ffmpeg -f null, one thread."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-stream_loop", "-1", "-i", video,
               "-map", "0:v:0", "-frames:v", str(frames), "-f", "null", "-"]
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit("run.py: ffmpeg failed")
    results.append((used.ru_utime + used.ru_stime) / frames * 1e6)


def paced(video, streams, seconds):
    """The same of as many ffmpeg processes that decode in real time, as a camera sends; without their start."""
    def cpu(length):
        command = ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-re", "-stream_loop", "-1", "-i", video,
                   "-t", str(length), "-map", "0:v:0", "-f", "null", "-"]
        processes = [subprocess.Popen(command) for _ in range(streams)]
        used = [os.wait4(p.pid, 0)[2] for p in processes]
        return sum(u.ru_utime + u.ru_stime for u in used)

    rate = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=avg_frame_rate",
         "-of", "csv=p=0", video], check=True, capture_output=True, text=True).stdout.strip()
    n, d = rate.split("/")
    start = cpu(1)
    return (cpu(seconds + 1) - start) / (streams * seconds * int(n) / int(d)) * 1e6


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("video")
    parser.add_argument("--streams", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--modes", nargs="+", default=["GETMEDIA", "HLS"])
    parser.add_argument("--warm", type=int, default=40)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--paced", action="store_true", help="FFmpeg in real time as well, as many processes")
    parser.add_argument("--java", nargs="*", default=[], help="more options of the reading JVM")
    arguments = parser.parse_args()
    cp = classpath()
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    environment = dict(
        os.environ, AWS_REGION="us-east-1", AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local",
        AWS_ENDPOINT_URL_KINESIS_VIDEO=endpoint, AWS_ENDPOINT_URL_KINESIS_VIDEO_MEDIA=endpoint,
        AWS_ENDPOINT_URL_KINESIS_VIDEO_ARCHIVED_MEDIA=endpoint)
    with tempfile.TemporaryDirectory() as classes:
        sources = glob.glob(str(HOME / "bench/streams/*.java"))
        subprocess.run([JAVA + "javac", "-nowarn", "-d", classes, "-cp", cp, *sources], check=True)
        java = [JAVA + "java", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0", "-cp", f"{classes}:{cp}"]
        serve = java + ["io.kvsinfer.local.LocalMain", "kvs", "serve", "--port", str(port)]
        for i in range(max(arguments.streams)):
            serve += ["--stream", f"camera-{i}={arguments.video},loop"]
        server = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(300):
                with socket.socket() as s:
                    if s.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.2)
            else:
                sys.exit("run.py: the local KVS did not start")
            time.sleep(10)
            for mode in arguments.modes:
                for streams in arguments.streams:
                    load = java + arguments.java + ["-Xmx512m", "StreamsLoad", mode, str(streams),
                                   str(arguments.warm), str(arguments.seconds)]
                    reader = subprocess.Popen(
                        load, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                    results = []
                    time.sleep(arguments.warm)
                    beside = threading.Thread(target=plain, args=(arguments.video, 1500, results))
                    beside.start()
                    out, said = reader.communicate()
                    beside.join()
                    line = json.loads(out)
                    line["plain_cpu_us_per_frame"] = round(results[0], 1)
                    line["ratio"] = round(line["cpu_us_per_frame"] / results[0], 3)
                    if arguments.paced:
                        line["paced_cpu_us_per_frame"] = round(paced(arguments.video, streams, arguments.seconds), 1)
                    line["cpu_by_thread"] = [x for x in said.splitlines() if x.startswith("CPU by")][-1:]
                    line["load"] = os.getloadavg()[0]
                    print(json.dumps(line), flush=True)
        finally:
            server.terminate()
            server.wait(timeout=30)


main()
