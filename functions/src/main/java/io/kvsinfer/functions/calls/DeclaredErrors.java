package io.kvsinfer.functions.calls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Throws what the client behind it throws, but never an unchecked I/O error: the SDK retries and
 * names only declared ones. The URL connection client throws such a one where a call's time is over
 * while it waits for leave to send a body, as with every PutObject.
 */
record DeclaredErrors(SdkHttpClient behind) implements SdkHttpClient {
  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ExecutableHttpRequest prepared = behind.prepareRequest(request);
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        try {
          return prepared.call();
        } catch (UncheckedIOException e) {
          throw Objects.requireNonNull(e.getCause());
        }
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  @Override
  public String clientName() {
    return behind.clientName();
  }

  @Override
  public void close() {
    behind.close();
  }
}
