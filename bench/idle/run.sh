#!/usr/bin/env bash
# A made-up hour of an idle yard with three events, with and without the motion gate: CPU and what was
# caught. Needs ffmpeg with libx264, JDK 25, a packaged worker (mvn -Dquick -pl worker -am package) and
# the rendered demo clips (./kvs-infer local renders them into .kvs-infer/clips). The fire of the
# events is house6.mp4 from the folder KVS_INFER_MEDIA.
#   bench/idle/run.sh [WORK_FOLDER]
set -euo pipefail
cd "$(dirname "$0")/../.."
work=${1:-$(mktemp -d)}
media=${KVS_INFER_MEDIA:-../shared/data}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
mkdir -p "$work/classes"

yard() { # yard FILE FILTER: the demo's yard as a camera would send it: 720p, 15 a second, a keyframe every 2 s
  [ -e "$1" ] || ffmpeg -v error -y -i .kvs-infer/clips/yard-1.mp4 -i "$media/video/house6.mp4" \
    -filter_complex "[0:v]fps=15,scale=1280:720[y];$2,noise=alls=5:allf=t[out]" -map '[out]' \
    -t 40 -c:v libx264 -preset veryfast -crf 26 -g 30 -keyint_min 30 -sc_threshold 0 -bf 0 -pix_fmt yuv420p "$1"
}
yard "$work/idle.mp4" '[y]null'
# Flames from 10.5 s to 30.5 s: in the middle of a group of pictures.
yard "$work/event.mp4" "[1:v]trim=start=9,crop=240:230:90:5,scale=480:460,setpts=PTS-STARTPTS+10.5/TB[f];[y][f]overlay=420:220:enable='between(t,10.5,30.5)':eof_action=pass"

classpath="worker/target/classes:contract/target/classes:media/target/classes:store/target/classes:worker/target/dist/lib/*"
"${java}c" -nowarn -d "$work/classes" -cp "$classpath" bench/idle/*.java
run() { "$java" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -cp "$work/classes:$classpath" "$@" 2>/dev/null; }
echo 'what packet sizes tell:'
for clip in "$work/event.mp4" "$work/idle.mp4" "$media"/video/*.mp4; do run io.kvsinfer.worker.sample.SizesReport "$clip"; done
echo 'the hour:'
run io.kvsinfer.worker.app.IdleHour "$work/idle.mp4" "$work/event.mp4" 90 true models
# At full rate each minute costs the same: six minutes with one event stand for the hour.
run io.kvsinfer.worker.app.IdleHour "$work/idle.mp4" "$work/event.mp4" 9 false models
