package io.kvsinfer.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the smallest ONNX files that tests need, field by field of onnx.proto. */
public final class TinyOnnx {
  public static final int FLOAT = 1;
  public static final int UINT8 = 2;
  public static final int INT8 = 3;
  public static final int INT32 = 6;
  public static final int INT64 = 7;
  public static final int BOOL = 9;
  public static final int FLOAT16 = 10;

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Message graph = new Message().text(2, "tiny");

  /** One protobuf message. */
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Message number(int field, long value) {
      varint((long) field << 3);
      varint(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message message(int field, Message value) {
      return bytes(field, value.bytes.toByteArray());
    }

    Message bytes(int field, byte[] value) {
      varint((long) field << 3 | 2);
      varint(value.length);
      bytes.writeBytes(value);
      return this;
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        bytes.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      bytes.write((int) rest);
    }
  }

  /** Whose output is {@code values} whatever goes in. */
  public static TinyOnnx constant(List<Integer> input, List<Integer> output, float[] values) {
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    Message tensor = new Message();
    output.forEach(d -> tensor.number(1, d));
    tensor.number(2, FLOAT).text(8, "constant").bytes(9, raw.array());
    TinyOnnx onnx = new TinyOnnx();
    onnx.graph.message(1, new Message().text(1, "constant").text(2, "output").text(4, "Identity"));
    onnx.graph.message(5, tensor);
    onnx.graph.message(11, value("images", FLOAT, input));
    onnx.graph.message(12, value("output", FLOAT, output));
    return onnx;
  }

  /** Whose output is its input, of one type into another. */
  public static TinyOnnx cast(int from, int to, List<Integer> shape) {
    TinyOnnx onnx = new TinyOnnx();
    Message attribute = new Message().text(1, "to").number(3, to).number(20, 2);
    onnx.graph.message(
        1, new Message().text(1, "images").text(2, "output").text(4, "Cast").message(5, attribute));
    onnx.graph.message(11, value("images", from, shape));
    onnx.graph.message(12, value("output", to, shape));
    return onnx;
  }

  /** Whose output is its input as rows of six, as many as the input gives. */
  public static TinyOnnx rowsOfSix(List<Integer> shape) {
    ByteBuffer raw = ByteBuffer.allocate(3 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(new long[] {1, -1, 6});
    TinyOnnx onnx = new TinyOnnx();
    onnx.graph.message(
        1, new Message().text(1, "images").text(1, "shape").text(2, "output").text(4, "Reshape"));
    onnx.graph.message(
        5, new Message().number(1, 3).number(2, INT64).text(8, "shape").bytes(9, raw.array()));
    onnx.graph.message(11, value("images", FLOAT, shape));
    onnx.graph.message(12, value("output", FLOAT, List.of(1, -1, 6)));
    return onnx;
  }

  /**
   * A reader that tells one grey from another: of each column of its input, one pixel high, the
   * class whose grey is nearest gets by far the highest score.
   *
   * @param greys of the classes, 0..1
   */
  public static TinyOnnx greyReader(int columns, float... greys) {
    float sharpness = 100;
    float[] slope = new float[greys.length];
    float[] offset = new float[greys.length];
    for (int i = 0; i < greys.length; i++) {
      slope[i] = 2 * greys[i] * sharpness;
      offset[i] = -greys[i] * greys[i] * sharpness;
    }
    TinyOnnx onnx = new TinyOnnx();
    onnx.node("Reshape", "images", "shape", "column");
    onnx.node("MatMul", "column", "slope", "scaled");
    onnx.node("Add", "scaled", "offset", "output");
    ByteBuffer raw = ByteBuffer.allocate(3 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(new long[] {1, columns, 1});
    onnx.graph.message(
        5, new Message().number(1, 3).number(2, INT64).text(8, "shape").bytes(9, raw.array()));
    onnx.weights("slope", List.of(1, greys.length), slope);
    onnx.weights("offset", List.of(greys.length), offset);
    onnx.graph.message(11, value("images", FLOAT, List.of(1, 1, 1, columns)));
    onnx.graph.message(12, value("output", FLOAT, List.of(1, columns, greys.length)));
    return onnx;
  }

  private void node(String operator, String first, String second, String result) {
    graph.message(
        1, new Message().text(1, first).text(1, second).text(2, result).text(4, operator));
  }

  private void weights(String name, List<Integer> shape, float[] values) {
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    Message tensor = new Message();
    shape.forEach(d -> tensor.number(1, d));
    graph.message(5, tensor.number(2, FLOAT).text(8, name).bytes(9, raw.array()));
  }

  /** Takes a picture and does nothing yet: {@link #gives} and {@link #node} say what comes out. */
  public static TinyOnnx takes(String name, int type, List<Integer> shape) {
    return new TinyOnnx().and(name, type, shape);
  }

  /** Takes another input. */
  public TinyOnnx and(String name, int type, List<Integer> shape) {
    graph.message(11, value(name, type, shape));
    return this;
  }

  /** An output of float32 that is the same whatever goes in. */
  public TinyOnnx gives(String name, List<Integer> shape, float... values) {
    weights(name + ".constant", shape, values);
    return node("Identity", List.of(name + ".constant"), name, Map.of()).output(name, FLOAT, shape);
  }

  /** An output of whole numbers that is the same whatever goes in. */
  public TinyOnnx givesWhole(String name, int type, List<Integer> shape, float... values) {
    weights(name + ".constant", shape, values);
    return node("Cast", List.of(name + ".constant"), name, Map.of("to", (long) type))
        .output(name, type, shape);
  }

  /** A constant of float32 for {@link #node}. */
  public TinyOnnx floats(String name, List<Integer> shape, float... values) {
    weights(name, shape, values);
    return this;
  }

  /** A constant of whole numbers for {@link #node}. */
  public TinyOnnx wholes(String name, long... values) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    graph.message(
        5,
        new Message()
            .number(1, values.length)
            .number(2, INT64)
            .text(8, name)
            .bytes(9, raw.array()));
    return this;
  }

  /** An operator between tensors of these names. */
  public TinyOnnx node(
      String operator, List<String> inputs, String result, Map<String, Long> attributes) {
    Message node = new Message();
    inputs.forEach(i -> node.text(1, i));
    node.text(2, result).text(4, operator);
    attributes.forEach(
        (k, v) -> node.message(5, new Message().text(1, k).number(3, v).number(20, 2)));
    graph.message(1, node);
    return this;
  }

  /** The result of a {@link #node} that comes out. */
  public TinyOnnx output(String name, int type, List<Integer> shape) {
    graph.message(12, value(name, type, shape));
    return this;
  }

  /** Adds a custom property of the file. */
  public TinyOnnx metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Writes the file and returns its path. */
  public Path write(Path file) throws IOException {
    Message model =
        new Message()
            .number(1, 8)
            .message(8, new Message().text(1, "").number(2, 13))
            .message(7, graph);
    metadata.forEach((k, v) -> model.message(14, new Message().text(1, k).text(2, v)));
    return Files.write(file, model.bytes.toByteArray());
  }

  /** Sizes below 1 are left open. */
  private static Message value(String name, int type, List<Integer> shape) {
    Message sizes = new Message();
    for (int i = 0; i < shape.size(); i++) {
      int size = shape.get(i);
      sizes.message(
          1, size > 0 ? new Message().number(1, size) : new Message().text(2, "open" + i));
    }
    Message tensor = new Message().number(1, type).message(2, sizes);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }
}
