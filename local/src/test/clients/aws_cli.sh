#!/usr/bin/env bash
# Uses the local KVS as a user of the AWS CLI does.
#   aws_cli.sh AWS ENDPOINT STREAM FOLDER   AWS is the program; STREAM is fed in real time. Leaves in FOLDER what
#   other programs are to look at: cli.mkv, cli-list.mkv, cli.mp4
set -euo pipefail
aws=$1 endpoint=$2 stream=$3 folder=$4
export AWS_ENDPOINT_URL_KINESIS_VIDEO=$endpoint AWS_ENDPOINT_URL_KINESIS_VIDEO_MEDIA=$endpoint
export AWS_ENDPOINT_URL_KINESIS_VIDEO_ARCHIVED_MEDIA=$endpoint AWS_DEFAULT_REGION=us-east-1
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_PAGER=

expect() { # expect WHAT PATTERN TEXT
  if [[ ! $3 =~ $2 ]]; then
    printf 'AWS CLI: %s: "%s" is not %s\n' "$1" "$3" "$2"
    exit 1
  fi
  printf 'AWS CLI: %s\n' "$1"
}
control() { "$aws" kinesisvideo "$@" 2>&1; }
archive() { "$aws" kinesis-video-archived-media "$@" --stream-name "$stream" 2>&1; }
fragments() { archive list-fragments --query 'Fragments[].FragmentNumber' --output text "$@"; }

expect 'streams are listed page by page' "$stream" \
  "$(control list-streams --page-size 1 --query 'StreamInfoList[].StreamName' --output text)"
expect 'an unknown stream is named so' ResourceNotFoundException \
  "$(control describe-stream --stream-name nowhere || true)"
expect 'a call that is not there is named so' 'UnknownOperationException.*no call POST /getDASH' \
  "$(archive get-dash-streaming-session-url || true)"

timeout -s INT 10 "$aws" kinesis-video-media get-media --stream-name "$stream" \
  --start-selector StartSelectorType=EARLIEST "$folder/cli.mkv" >"$folder/cli.log" 2>&1 || true
expect 'GetMedia is written as it comes' '^[1-9]' "$(wc -c <"$folder/cli.mkv")"

now=$(date +%s)
range="TimestampRange={StartTimestamp=$((now - 8)),EndTimestamp=$now}"
expect 'fragments are listed page by page' '^[0-9]+([[:space:]]+[0-9]+)+$' \
  "$(fragments --page-size 2 --fragment-selector "FragmentSelectorType=SERVER_TIMESTAMP,$range")"
listed=$(fragments --max-items 1)
number=${listed%%[[:space:]]*}
"$aws" kinesis-video-archived-media get-media-for-fragment-list --fragments "$number" \
  --stream-name "$stream" "$folder/cli-list.mkv" >"$folder/cli.log"
"$aws" kinesis-video-archived-media get-clip --stream-name "$stream" --clip-fragment-selector \
  "FragmentSelectorType=SERVER_TIMESTAMP,$range" "$folder/cli.mp4" >"$folder/cli.log"
expect 'images are made page by page' '^[3-9]' \
  "$(archive get-images --image-selector-type SERVER_TIMESTAMP --start-timestamp $((now - 8)) \
    --end-timestamp "$now" --sampling-interval 2000 --format JPEG --page-size 2 \
    --query 'length(Images[?ImageContent])')"
