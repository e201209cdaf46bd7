package io.kvsinfer.embedded;

/** An embedded service or child process cannot be started or stopped; the message says which. */
public final class EmbeddedServiceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public EmbeddedServiceException(String message) {
    super(message);
  }

  public EmbeddedServiceException(String message, Throwable cause) {
    super(message, cause);
  }
}
