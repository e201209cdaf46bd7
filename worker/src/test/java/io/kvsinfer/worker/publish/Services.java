package io.kvsinfer.worker.publish;

import io.kvsinfer.testkit.Relay;
import io.kvsinfer.worker.LocalAws;
import java.io.IOException;
import java.nio.file.Path;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;

/** A real Kinesis and S3 on this machine, each behind a relay that can go away. */
final class Services {
  /** Looks past the relays. */
  final LocalAws direct;

  final Relay kinesisRelay;
  final Relay s3Relay;
  final KinesisClient kinesis;
  final S3Client s3;

  Services(Path folder) throws IOException {
    direct = new LocalAws(folder);
    kinesisRelay = new Relay(direct.kinesisEndpoint());
    s3Relay = new Relay(direct.s3Endpoint());
    kinesis = LocalAws.kinesis(kinesisRelay.endpoint());
    s3 = LocalAws.s3(s3Relay.endpoint());
  }

  void close() throws IOException {
    kinesis.close();
    s3.close();
    kinesisRelay.close();
    s3Relay.close();
    direct.close();
  }
}
