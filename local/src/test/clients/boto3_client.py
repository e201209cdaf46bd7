"""Uses the local KVS as a user of boto3 does.

boto3_client.py ENDPOINT STREAM FOLDER: STREAM is fed in real time. Leaves in FOLDER what other
programs are to look at: live.url, ondemand.url, clip.mp4, media.mkv, image.jpg.
"""

import base64
import datetime
import pathlib
import re
import sys
import time
import urllib.request

import boto3
from botocore.config import Config

endpoint, stream, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
MADE = f"made-{time.time_ns()}"
PREFIX = b"AWS_KINESISVIDEO_"


def client(service, at=endpoint):
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=at,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(retries={"total_max_attempts": 1}),
    )


def expect(what, holds):
    if not holds:
        sys.exit(f"boto3: {what} does not hold")
    print(f"boto3: {what}")


def refused(what, exception, call):
    try:
        call()
    except exception as e:
        print(f"boto3: {what}: {e}")
        return
    sys.exit(f"boto3: {what} was not refused with {exception.__name__}")


control = client("kinesisvideo")


def data(service, api):
    at = control.get_data_endpoint(StreamName=stream, APIName=api)["DataEndpoint"]
    return client(service, at)


def control_plane():
    arn = control.create_stream(
        StreamName=MADE, DataRetentionInHours=2, MediaType="video/h264", Tags={"site": "north"}
    )["StreamARN"]
    info = control.describe_stream(StreamARN=arn)["StreamInfo"]
    expect("a created stream is ACTIVE", info["Status"] == "ACTIVE")
    control.update_data_retention(
        StreamName=MADE,
        CurrentVersion=info["Version"],
        Operation="INCREASE_DATA_RETENTION",
        DataRetentionChangeInHours=3,
    )
    version = control.describe_stream(StreamName=MADE)["StreamInfo"]
    expect("retention is raised", version["DataRetentionInHours"] == 5)
    control.update_stream(StreamARN=arn, CurrentVersion=version["Version"], DeviceName="gate")
    control.tag_stream(StreamARN=arn, Tags={"floor": "1"})
    control.untag_stream(StreamARN=arn, TagKeyList=["site"])
    expect("tags", control.list_tags_for_stream(StreamARN=arn)["Tags"] == {"floor": "1"})
    names = [
        s["StreamName"]
        for page in control.get_paginator("list_streams").paginate(PaginationConfig={"PageSize": 1})
        for s in page["StreamInfoList"]
    ]
    expect("streams are listed page by page", {MADE, stream} <= set(names))
    hls = client("kinesis-video-archived-media")
    refused(
        "a stream without media has no HLS",
        hls.exceptions.ResourceNotFoundException,
        lambda: hls.get_hls_streaming_session_url(StreamName=MADE),
    )
    control.delete_stream(StreamARN=arn)
    refused(
        "a deleted stream is not found",
        control.exceptions.ResourceNotFoundException,
        lambda: control.describe_stream(StreamName=MADE),
    )


def get_media():
    answer = data("kinesis-video-media", "GET_MEDIA").get_media(
        StreamName=stream, StartSelector={"StartSelectorType": "EARLIEST"}
    )
    expect("GetMedia is video/webm", answer["ContentType"] == "video/webm")
    media, payload = b"", answer["Payload"]
    while media.count(PREFIX + b"CONTINUATION_TOKEN") < 3:
        part = payload.read(65536)
        if not part:
            sys.exit("boto3: GetMedia ended too early")
        media += part
    payload.close()
    # What was read may end in the middle of a fragment: the first two are whole.
    headers = [m.start() for m in re.finditer(b"\x1a\x45\xdf\xa3", media)]
    (folder / "media.mkv").write_bytes(media[: headers[2]])
    names = re.findall(PREFIX + b"([A-Z_]+)", media[: headers[1]])
    expect(
        "tags of a fragment come as KVS places them",
        names
        == [
            b"FRAGMENT_NUMBERD",
            b"SERVER_TIMESTAMPD",
            b"PRODUCER_TIMESTAMPD",
            b"MILLIS_BEHIND_NOWD",
            b"CONTINUATION_TOKEND",
        ],
    )


def archive():
    kvs = data("kinesis-video-archived-media", "LIST_FRAGMENTS")
    now = datetime.datetime.now(datetime.timezone.utc)
    selector = {
        "FragmentSelectorType": "SERVER_TIMESTAMP",
        "TimestampRange": {
            "StartTimestamp": now - datetime.timedelta(hours=1),
            "EndTimestamp": now + datetime.timedelta(hours=1),
        },
    }

    def listed(page_size):
        pages = kvs.get_paginator("list_fragments").paginate(
            StreamName=stream,
            FragmentSelector=selector,
            PaginationConfig={"PageSize": page_size},
        )
        return [f for page in pages for f in page["Fragments"]]

    # The index runs a second behind, and no more than five calls a second are allowed.
    fragments, deadline = listed(1000), time.time() + 60
    while len(fragments) < 3 and time.time() < deadline:
        time.sleep(1)
        fragments = listed(1000)
    expect("fragments are listed", len(fragments) >= 3)
    time.sleep(1.5)
    paged = {f["FragmentNumber"] for f in listed(max(1, len(fragments) // 2))}
    expect("page by page too", {f["FragmentNumber"] for f in fragments} <= paged)
    fragments.sort(key=lambda f: f["ProducerTimestamp"])
    chosen = fragments[:3]
    payload = kvs.get_media_for_fragment_list(
        StreamName=stream, Fragments=[f["FragmentNumber"] for f in chosen]
    )["Payload"].read()
    expect("listed fragments are fetched", payload.count(b"\x1a\x45\xdf\xa3") == 3)

    start = chosen[0]["ProducerTimestamp"]
    end = chosen[2]["ProducerTimestamp"] + datetime.timedelta(milliseconds=1)
    span = {"StartTimestamp": start, "EndTimestamp": end}
    clip = kvs.get_clip(
        StreamName=stream,
        ClipFragmentSelector={"FragmentSelectorType": "PRODUCER_TIMESTAMP", "TimestampRange": span},
    )
    expect("a clip is video/mp4", clip["ContentType"] == "video/mp4")
    (folder / "clip.mp4").write_bytes(clip["Payload"].read())

    images = kvs.get_images(
        StreamName=stream,
        ImageSelectorType="PRODUCER_TIMESTAMP",
        StartTimestamp=start,
        EndTimestamp=end,
        SamplingInterval=1000,
        Format="JPEG",
    )["Images"]
    expect("images come with content", all("ImageContent" in i for i in images) and images)
    picture = base64.b64decode(images[0]["ImageContent"])
    expect("an image is a JPEG", picture[:3] == b"\xff\xd8\xff")
    (folder / "image.jpg").write_bytes(picture)

    session = {"StreamName": stream, "DisplayFragmentTimestamp": "ALWAYS", "Expires": 300}
    live = kvs.get_hls_streaming_session_url(PlaybackMode="LIVE", **session)
    on_demand = kvs.get_hls_streaming_session_url(
        PlaybackMode="ON_DEMAND",
        HLSFragmentSelector={"FragmentSelectorType": "PRODUCER_TIMESTAMP", "TimestampRange": span},
        **session,
    )
    (folder / "live.url").write_text(live["HLSStreamingSessionURL"])
    (folder / "ondemand.url").write_text(on_demand["HLSStreamingSessionURL"])
    refused(
        "a session on demand without a range is refused",
        kvs.exceptions.InvalidArgumentException,
        lambda: kvs.get_hls_streaming_session_url(StreamName=stream, PlaybackMode="ON_DEMAND"),
    )


def faults():
    kvs = client("kinesis-video-media")
    request = urllib.request.Request(endpoint + "/faults", data=b"limit:api=GetMedia", method="POST")
    urllib.request.urlopen(request, timeout=10).close()
    refused(
        "a limit that was asked for reaches boto3",
        kvs.exceptions.ClientLimitExceededException,
        lambda: kvs.get_media(StreamName=stream, StartSelector={"StartSelectorType": "NOW"}),
    )


control_plane()
get_media()
archive()
faults()
