package io.kvsinfer.worker.detect.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** An input beside the picture: a few numbers, as the size that boxes are to be given in. */
final class SideInput implements AutoCloseable {
  private static final int MOST_NUMBERS = 4096;

  private final TensorInfo info;
  private final ByteBuffer memory;
  private final int numbers;
  private final int pictures;
  private final OnnxTensor tensor;

  private SideInput(
      TensorInfo info, ByteBuffer memory, int numbers, int pictures, OnnxTensor tensor) {
    this.info = info;
    this.memory = memory;
    this.numbers = numbers;
    this.pictures = pictures;
    this.tensor = tensor;
  }

  /**
   * Makes one.
   *
   * @param pictures of one run; an open first dimension is as long
   */
  static SideInput create(OrtEnvironment environment, TensorInfo info, int pictures)
      throws OrtException {
    List<Integer> shape = new ArrayList<>();
    for (int i = 0; i < info.shape().size(); i++) {
      int size = info.shape().get(i);
      shape.add(size > 0 ? size : i == 0 ? pictures : 1);
    }
    int numbers = shape.stream().reduce(1, Math::multiplyExact);
    OnnxJavaType type =
        switch (info.type()) {
          case FLOAT32 -> OnnxJavaType.FLOAT;
          case INT32 -> OnnxJavaType.INT32;
          case INT64 -> OnnxJavaType.INT64;
          case FLOAT16, UINT8, INT8, OTHER -> throw refused(info);
        };
    if (numbers > MOST_NUMBERS) {
      throw refused(info);
    }
    ByteBuffer memory = ByteBuffer.allocateDirect(numbers * type.size);
    memory.order(ByteOrder.nativeOrder());
    long[] sizes = shape.stream().mapToLong(Integer::longValue).toArray();
    OnnxTensor tensor = OnnxTensor.createTensor(environment, memory, sizes, type);
    return new SideInput(info, memory, numbers, pictures, tensor);
  }

  private static DetectorException refused(TensorInfo info) {
    return new DetectorException(
        "input %s beside the picture: a few numbers of float32, int32 or int64 are needed"
            .formatted(info));
  }

  String name() {
    return info.name();
  }

  OnnxTensor tensor() {
    return tensor;
  }

  /** Writes the numbers of one picture for each picture of the run. */
  void set(double... values) {
    if (values.length != numbers && values.length * pictures != numbers) {
      throw new DetectorException(
          "input %s takes %d numbers, not %d".formatted(info, numbers, values.length));
    }
    for (int i = 0; i < numbers; i++) {
      double value = values[i % values.length];
      switch (info.type()) {
        case FLOAT32 -> memory.putFloat(i * Float.BYTES, (float) value);
        case INT32 -> memory.putInt(i * Integer.BYTES, (int) Math.round(value));
        case INT64 -> memory.putLong(i * Long.BYTES, Math.round(value));
        case FLOAT16, UINT8, INT8, OTHER -> throw refused(info);
      }
    }
  }

  @Override
  public void close() {
    tensor.close();
  }
}
