package io.kvsinfer.local.lambda;

/** Something that can be invoked with a JSON payload. Implementations are thread-safe. */
public interface LambdaFunction {
  /** Its name. */
  String name();

  /**
   * Invokes it and waits for its answer.
   *
   * @return JSON
   * @throws FunctionException when it answered with an error, ended, or took too long
   * @throws InterruptedException when the calling thread is interrupted
   */
  byte[] invoke(byte[] payload) throws FunctionException, InterruptedException;
}
