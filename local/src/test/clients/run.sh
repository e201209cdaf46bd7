#!/usr/bin/env bash
# Clients nobody here wrote use the local KVS: boto3, the AWS CLI, FFmpeg and ffprobe, hls.js in
# Chromium, the AWS SDK for Java.
#   run.sh [FOLDER]   JAVA_HOME is that of a JDK 25; FOLDER keeps what was installed from PyPI and npm for the next time
# Says on lines "skipped CLIENT: reason" what could not be installed. Exit 0: all others accept it.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home=$(cd "$here/../../../.." && pwd)
work=$(mktemp -d)
installed=${1:-$work/installed}
mkdir -p "$installed"
jdk=${JAVA_HOME:?must be that of a JDK 25}
server=
failed=0

finish() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null
    wait "$server" 2>/dev/null
  fi
  rm -rf "$work"
}
trap finish EXIT

check() { # check NAME COMMAND…
  local name=$1
  shift
  if "$@"; then
    printf 'ok %s\n' "$name"
  else
    printf 'FAILED %s\n' "$name"
    failed=1
  fi
}

skip() { printf 'skipped %s: %s\n' "$1" "$2"; }

if ! command -v ffmpeg >/dev/null 2>&1; then
  skip 'all clients' 'FFmpeg, which makes the video, is not installed'
  exit 0
fi
# With B-frames, so that decoding and showing differ in order, and a keyframe every two seconds.
if ! ffmpeg -nostdin -v error -f lavfi -i testsrc2=size=640x360:rate=30 -t 20 -c:v libx264 \
  -preset veryfast -bf 2 -g 60 -keyint_min 60 -sc_threshold 0 -pix_fmt yuv420p "$work/video.mp4"; then
  skip 'all clients' 'this FFmpeg has no encoder of H.264'
  exit 0
fi

"$home/kvs-infer" kvs serve --stream "yard=$work/video.mp4,loop" --stream gate >"$work/serve.log" 2>&1 &
server=$!
endpoint=
for _ in $(seq 1 600); do
  endpoint=$(sed -n 's/^Kinesis Video Streams at //p' "$work/serve.log")
  [ -z "$endpoint" ] || break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.2
done
if [ -z "$endpoint" ]; then
  cat "$work/serve.log"
  printf 'FAILED the server did not start\n'
  exit 1
fi

# boto3, which also opens the HLS sessions and fetches the media that the others look at.
python=$installed/venv/bin/python
if [ ! -x "$python" ] || ! "$python" -c 'import boto3' 2>/dev/null; then
  { python3 -m venv "$installed/venv" && "$installed/venv/bin/pip" install -q boto3; } \
    >"$work/pip.log" 2>&1
fi
if "$python" -c 'import boto3' 2>/dev/null; then
  check boto3 timeout 120 "$python" "$here/boto3_client.py" "$endpoint" yard "$work"
else
  skip 'boto3, FFmpeg, hls.js' "boto3 cannot be installed: $(tail -n 1 "$work/pip.log")"
  exit 0
fi

frames() { # frames LEAST FFPROBE-ARGUMENTS…
  local least=$1 count
  shift
  count=$(timeout 60 ffprobe -v error -select_streams v:0 -count_frames \
    -show_entries stream=nb_read_frames -of csv=p=0 "$@" | grep -oE '[0-9]+' | head -n 1)
  printf 'ffprobe: %s frames\n' "${count:-no}"
  [ "${count:-0}" -ge "$least" ]
}

plays_live() {
  local log=$work/ffmpeg.log
  timeout 90 ffmpeg -nostdin -v error -i "$(cat "$work/live.url")" -t 4 -progress "$work/progress" \
    -f null - 2>"$log" || { cat "$log"; return 1; }
  printf 'FFmpeg: %s frames live\n' "$(sed -n 's/^frame=//p' "$work/progress" | tail -n 1)"
  [ "$(sed -n 's/^frame=//p' "$work/progress" | tail -n 1)" -ge 60 ]
}

if { [ -x "$installed/venv/bin/aws" ] || "$installed/venv/bin/pip" install -q awscli; } \
  >"$work/pip.log" 2>&1; then
  check 'AWS CLI' timeout 240 "$here/aws_cli.sh" "$installed/venv/bin/aws" "$endpoint" yard "$work"
  check 'ffprobe on the GetMedia of the AWS CLI' frames 60 "$work/cli.mkv"
  check 'ffprobe on the fragment of the AWS CLI' frames 60 "$work/cli-list.mkv"
  check 'ffprobe on the clip of the AWS CLI' frames 120 "$work/cli.mp4"
else
  skip 'AWS CLI' "it cannot be installed: $(tail -n 1 "$work/pip.log")"
fi

check 'ffprobe on the clip' frames 60 "$work/clip.mp4"
check 'ffprobe on GetMedia' frames 60 "$work/media.mkv"
check 'ffprobe on HLS on demand' frames 60 "$(cat "$work/ondemand.url")"
check 'FFmpeg on HLS live' plays_live
check 'ffprobe on the image' frames 1 "$work/image.jpg"

# The AWS SDK for Java, whose version 1 alone has a client of PutMedia: it puts what GetMedia gave.
if mvn -B -q -f "$here/putmedia/pom.xml" dependency:build-classpath \
  "-Dmdep.outputFile=$work/putmedia.classpath" >"$work/mvn.log" 2>&1; then
  classpath=$(cat "$work/putmedia.classpath")
  check 'PutMedia by the AWS SDK for Java' timeout 120 "$jdk/bin/java" -cp "$classpath" \
    "$here/putmedia/PutMediaClient.java" "$endpoint" gate "$work/media.mkv"
else
  skip 'PutMedia by the AWS SDK for Java' "it cannot be fetched: $(grep -m 1 ERROR "$work/mvn.log")"
fi

chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
hls=$installed/hls/node_modules/hls.js/dist/hls.min.js
if [ ! -e "$hls" ]; then
  mkdir -p "$installed/hls"
  cp "$here/hls/package.json" "$here/hls/package-lock.json" "$installed/hls/"
  (cd "$installed/hls" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) \
    >"$work/npm.log" 2>&1
fi
if [ -z "$chromium" ]; then
  skip 'hls.js in Chromium' 'Chromium is not installed'
elif [ ! -e "$hls" ]; then
  skip 'hls.js in Chromium' "hls.js cannot be installed: $(tail -n 1 "$work/npm.log")"
else
  check 'hls.js in Chromium, live' \
    env HLS_JS="$hls" node "$here/hls/play.mjs" "$chromium" "$(cat "$work/live.url")" 3 30
fi
exit "$failed"
