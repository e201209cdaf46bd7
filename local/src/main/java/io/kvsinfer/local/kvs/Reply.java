package io.kvsinfer.local.kvs;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.kvsinfer.local.fault.Effect;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** An answer of the server. */
sealed interface Reply {
  String contentType();

  /** Everything is there. */
  @SuppressWarnings("ArrayRecordComponent") // written once, never compared
  record Whole(int status, String contentType, byte[] body) implements Reply {}

  /** Everything is there, but goes wrong on its way. */
  record Broken(Whole whole, Effect.Breakage how) implements Reply {
    @Override
    public String contentType() {
      return whole.contentType();
    }
  }

  /**
   * Written as it comes into being; may read the request's body meanwhile.
   *
   * @param release run at the end, however it comes
   */
  record Streamed(String contentType, Body body, Runnable release) implements Reply {}

  /** What a streamed answer writes. */
  interface Body {
    void transfer(InputStream request, OutputStream answer)
        throws IOException, InterruptedException;
  }

  /** An answer of the API: a value that Jackson writes. */
  static Reply json(Object value) {
    return new Whole(200, "application/json", bytes(value));
  }

  static Reply text(String contentType, String text) {
    return new Whole(200, contentType, text.getBytes(StandardCharsets.UTF_8));
  }

  static Reply bytes(String contentType, byte[] body) {
    return new Whole(200, contentType, body);
  }

  static byte[] bytes(Object value) {
    try {
      return ApiRequest.JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("an answer that is not JSON", e);
    }
  }
}
