package io.kvsinfer.infra;

import io.kvsinfer.infra.config.Configuration.VideoStream;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.kinesisvideo.CfnStream;
import software.amazon.awscdk.services.kms.IKey;
import software.constructs.Construct;

/** A Kinesis Video stream that a camera sends to: H.264, encrypted, kept long enough for HLS. */
final class CameraStream extends Construct {
  private final CfnStream stream;

  /**
   * @param stream name and retention
   * @param key that encrypts what is kept
   * @param removal what becomes of the recording when the stack goes
   */
  record Props(VideoStream stream, IKey key, RemovalPolicy removal) {}

  CameraStream(Construct scope, String id, Props props) {
    super(scope, id);
    stream =
        CfnStream.Builder.create(this, "Stream")
            .name(props.stream().name())
            .dataRetentionInHours(props.stream().retentionHours())
            .mediaType("video/h264")
            .kmsKeyId(props.key().getKeyArn())
            .build();
    stream.applyRemovalPolicy(props.removal());
  }

  String arn() {
    return stream.getAttrArn();
  }
}
