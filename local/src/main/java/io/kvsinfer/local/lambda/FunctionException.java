package io.kvsinfer.local.lambda;

/** An invocation failed. */
public final class FunctionException extends Exception {
  private static final long serialVersionUID = 1;

  private final String errorType;

  /**
   * @param errorType as Lambda names it: an exception's class, {@code Runtime.ExitError}, {@code
   *     Sandbox.Timedout}
   */
  public FunctionException(String errorType, String message) {
    super(message);
    this.errorType = errorType;
  }

  /** Lambda's name of the error. */
  public String errorType() {
    return errorType;
  }
}
