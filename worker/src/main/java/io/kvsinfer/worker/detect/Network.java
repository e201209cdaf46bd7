package io.kvsinfer.worker.detect;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A model with input and output memory of its own. One thread at a time uses it: write the input,
 * {@link #run}, read the outputs.
 */
public interface Network extends AutoCloseable {
  ModelDescription description();

  /** Where it runs, as {@code cpu} or {@code cuda:0}. */
  String device();

  /**
   * Fixes the picture size and gives the input memory.
   *
   * @return direct buffer in native order for {@code 1 × 3 × height × width} float32, zeroed; the
   *     same for the life of this network. A model of float16 or uint8 input is fed from it too.
   * @throws DetectorException where the model takes another size
   */
  default ByteBuffer bind(int width, int height) {
    return bind(List.of(1, 3, height, width));
  }

  /**
   * Fixes the shape of the input and gives its memory.
   *
   * @param shape sizes of its dimensions, none open
   * @return direct buffer in native order for float32 of this shape, zeroed; as {@link #bind(int,
   *     int)}
   * @throws DetectorException where the model takes another shape
   */
  ByteBuffer bind(List<Integer> shape);

  /**
   * Gives an input beside the picture its numbers, which stay until it is given others; zeros
   * before.
   *
   * @param input its name in the description; it exists after {@link #bind}
   * @param values one for each element, in the input's own order; of a batch, those of one picture
   * @throws DetectorException where the model has no such input or takes another number of them
   */
  default void set(String input, double... values) {
    throw new DetectorException(
        "model %s has no input %s beside the picture".formatted(description().name(), input));
  }

  /**
   * Runs the model on what stands in the input; waits while as many runs as the process allows are
   * under way.
   *
   * @return the outputs in the order of the description, valid until the next run
   * @throws DetectorException where the runtime fails
   */
  List<Output> run();

  @Override
  void close();

  /**
   * One output of a run.
   *
   * @param shape sizes of its dimensions, none open
   * @param values row-major; reused by the next run
   */
  @SuppressWarnings("ArrayRecordComponent") // megabytes a frame: handed on, not copied
  record Output(List<Integer> shape, float[] values) {
    public Output {
      shape = List.copyOf(shape);
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }

    @Override
    public String toString() {
      return "Output" + shape;
    }
  }
}
