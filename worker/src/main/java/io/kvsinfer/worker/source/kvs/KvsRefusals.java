package io.kvsinfer.worker.source.kvs;

import io.kvsinfer.worker.source.KvsConnectionException;
import io.kvsinfer.worker.source.NoMediaException;
import io.kvsinfer.worker.source.ThrottledException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What KVS says when it refuses, in a sentence that tells an operator what to do, and whether
 * trying again is of use. Error codes as in the KVS API reference of each operation.
 *
 * @param stream name or ARN
 */
public record KvsRefusals(String stream, String region) {

  /** What AWS answers to a stream's control-plane call. */
  public KvsConnectionException ofDataEndpoint(SdkException e) {
    return of(e, "kinesisvideo:GetDataEndpoint", true);
  }

  /** What AWS answers to a call of GetMedia. */
  public KvsConnectionException ofMedia(SdkException e) {
    return of(e, "kinesisvideo:GetMedia", false);
  }

  /** What AWS answers to opening an HLS session. */
  public KvsConnectionException ofSession(SdkException e) {
    return of(e, "kinesisvideo:GetHLSStreamingSessionURL", false);
  }

  private KvsConnectionException of(SdkException e, String action, boolean controlPlane) {
    if (!(e instanceof AwsServiceException refused) || refused.awsErrorDetails() == null) {
      return unanswered(e, action);
    }
    String code = String.valueOf(refused.awsErrorDetails().errorCode());
    return switch (code) {
      case "ResourceNotFoundException" ->
          controlPlane
              ? permanent(
                  e,
                  "was not found in region "
                      + region
                      + ": check stream_name or stream_arn, the region, and that the credentials"
                      + " are of the stream's account")
              : new NoMediaException(
                  "stream " + stream + " has no media to play right now: is its producer sending?",
                  e);
      case "NotAuthorizedException", "AccessDeniedException", "AccessDenied" ->
          permanent(e, "is closed to these credentials: allow " + action + " on it");
      case "NoDataRetentionException" ->
          permanent(
              e,
              "keeps no data, and HLS needs retention: set its data retention to an hour or more,"
                  + " or playback.mode to GETMEDIA with playback.retention_required false");
      case "MissingCodecPrivateDataException" ->
          permanent(
              e,
              "has no codec private data (SPS and PPS) in its track: let the producer send it, or"
                  + " set playback.mode to GETMEDIA");
      case "InvalidCodecPrivateDataException" ->
          permanent(e, "has codec private data that KVS cannot use: check the producer's encoder");
      case "UnsupportedStreamMediaTypeException" ->
          permanent(
              e,
              "is not video that HLS can play: it must be video/h264 or video/h265 on one track");
      case "ConnectionLimitExceededException" ->
          passing(
              e,
              "has as many connections of GetMedia as KVS allows, three: end another reader of it,"
                  + " or set playback.mode to HLS, which has no such limit");
      case "ClientLimitExceededException", "ThrottlingException" ->
          throttled(
              e,
              "is asked for more than KVS allows (five calls of "
                  + action
                  + " a second, three connections of GetMedia): fewer readers of it are needed");
      case "InvalidEndpointException" ->
          passing(e, "is not served by the endpoint KVS gave for it; it is asked for again");
      case "InvalidArgumentException", "ValidationException" ->
          permanent(e, "refused the request as invalid (" + said(refused) + ")");
      case "UnrecognizedClientException",
          "InvalidSignatureException",
          "InvalidClientTokenId",
          "IncompleteSignature" ->
          permanent(
              e,
              "does not take these credentials in region "
                  + region
                  + ": check AWS_REGION and the access key");
      case "ExpiredTokenException", "ExpiredToken" ->
          passing(e, "no longer takes these credentials, they expired: renew them");
      default ->
          passing(e, "answered %d %s (%s)".formatted(refused.statusCode(), code, said(refused)));
    };
  }

  /** No answer at all: network, name resolution, or no credentials to ask with. */
  private KvsConnectionException unanswered(SdkException e, String action) {
    String said = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    if (said.contains("Unable to load credentials")) {
      return permanent(
          e, "cannot be asked for: no AWS credentials were found (environment, profile or role)");
    }
    return passing(
        e,
        "got no answer to %s in region %s (%s)"
            .formatted(action, region, Redacted.text(firstLine(said))));
  }

  private KvsConnectionException permanent(SdkException e, String why) {
    return new KvsConnectionException("stream " + stream + " " + why, true, e);
  }

  private KvsConnectionException passing(SdkException e, String why) {
    return new KvsConnectionException("stream " + stream + " " + why, false, e);
  }

  private KvsConnectionException throttled(SdkException e, String why) {
    return new ThrottledException("stream " + stream + " " + why, e);
  }

  private static String said(AwsServiceException e) {
    String message = e.awsErrorDetails().errorMessage();
    return message == null ? "no message" : Redacted.text(firstLine(message));
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
