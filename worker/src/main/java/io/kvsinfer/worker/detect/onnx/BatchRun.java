package io.kvsinfer.worker.detect.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.kvsinfer.worker.detect.Network.Output;
import io.kvsinfer.worker.detect.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs several pictures at once and takes the outputs apart again. Thread-safe. */
final class BatchRun {
  private BatchRun() {}

  /** Whether the model takes any number of pictures and answers each. */
  static boolean fits(List<TensorInfo> inputs, List<TensorInfo> outputs) {
    return inputs.size() == 1
        && isOpen(inputs.getFirst())
        && outputs.stream().allMatch(BatchRun::isOpen);
  }

  private static boolean isOpen(TensorInfo tensor) {
    return tensor.shape().size() > 1 && tensor.shape().getFirst() < 1;
  }

  /**
   * One run.
   *
   * @param inputs one picture each, all of one shape, converted
   * @return for each input its outputs in the order of the description
   */
  static List<List<Output>> run(SharedSession shared, List<PinnedInput> inputs)
      throws OrtException {
    PinnedInput first = inputs.getFirst();
    int bytes = first.memory().capacity();
    ByteBuffer all =
        ByteBuffer.allocateDirect(Math.multiplyExact(bytes, inputs.size()))
            .order(ByteOrder.nativeOrder());
    for (int i = 0; i < inputs.size(); i++) {
      all.put(i * bytes, inputs.get(i).memory(), 0, bytes);
    }
    long[] shape = first.shape().stream().mapToLong(Integer::longValue).toArray();
    shape[0] = inputs.size();
    List<List<Output>> answers = new ArrayList<>();
    inputs.forEach(i -> answers.add(new ArrayList<>()));
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(shared.environment(), all, shape, first.type());
        OrtSession.Result result = shared.session().run(Map.of(first.name(), tensor))) {
      for (TensorInfo output : shared.description().outputs()) {
        Output together =
            PinnedOutput.copy(
                (OnnxTensor)
                    result
                        .get(output.name())
                        .orElseThrow(() ->
                            new IllegalStateException("a run without output " + output.name())));
        take(together, answers);
      }
    }
    return answers;
  }

  private static void take(Output together, List<List<Output>> answers) {
    int each = together.values().length / answers.size();
    List<Integer> shape = new ArrayList<>(together.shape());
    if (shape.getFirst() != answers.size()) {
      throw new IllegalStateException(
          "%d pictures gave an output of %s".formatted(answers.size(), shape));
    }
    shape.set(0, 1);
    for (int i = 0; i < answers.size(); i++) {
      answers
          .get(i)
          .add(new Output(shape, Arrays.copyOfRange(together.values(), i * each, (i + 1) * each)));
    }
  }
}
