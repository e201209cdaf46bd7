package io.kvsinfer.local.kvs;

import io.kvsinfer.local.http.HttpRequest;
import java.util.regex.Pattern;

/**
 * Checks that a call is signed as AWS's Signature Version 4 spells it. Only the shape: this server
 * knows no secret keys.
 */
final class SignatureShape {
  private static final Pattern V4 =
      Pattern.compile(
          "AWS4-HMAC-SHA256 +Credential=[^/,\\s]+/\\d{8}/[a-z0-9-]+/kinesisvideo/aws4_request,"
              + " *SignedHeaders=[a-z0-9;_-]*host[a-z0-9;_-]*, *Signature=[0-9a-f]{64}");

  private SignatureShape() {}

  /**
   * @throws ApiException as the service answers a call without or with a broken signature
   */
  static void check(HttpRequest request) {
    String authorization = request.header("Authorization").orElse("");
    if (authorization.isBlank()) {
      throw new ApiException(
          403, "MissingAuthenticationTokenException", "Missing Authentication Token");
    }
    if (!V4.matcher(authorization).matches()) {
      throw new ApiException(
          403,
          "IncompleteSignatureException",
          "The Authorization header is not of the form 'AWS4-HMAC-SHA256"
              + " Credential=ID/date/region/kinesisvideo/aws4_request, SignedHeaders=…,"
              + " Signature=…'.");
    }
  }
}
