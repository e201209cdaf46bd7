package io.kvsinfer.worker.detect.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelDescription;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.TensorInfo;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A session with tensors of its own, pinned to memory that is there for the network's life. */
final class OnnxNetwork implements Network {
  private final SharedSession shared;
  private final Runnable release;
  private final int batch;
  private final List<PinnedOutput> pinned = new ArrayList<>();
  private final List<SideInput> sides = new ArrayList<>();
  private @Nullable PinnedInput input;
  private boolean closed;

  /**
   * @param batch pictures of others that may share a run with one of this, itself included
   */
  OnnxNetwork(SharedSession shared, int batch, Runnable release) {
    this.shared = shared;
    this.batch = batch;
    this.release = release;
  }

  @Override
  public ModelDescription description() {
    return shared.description();
  }

  @Override
  public String device() {
    return shared.device().toString();
  }

  @Override
  public ByteBuffer bind(List<Integer> shape) {
    if (input != null) {
      if (!input.shape().equals(shape)) {
        throw new DetectorException(
            "model %s is bound to an input of %s, not %s"
                .formatted(description().name(), input.shape(), shape));
      }
      return input.floats();
    }
    TensorInfo wanted = description().picture();
    boolean fits = wanted.shape().size() == shape.size();
    for (int i = 0; fits && i < shape.size(); i++) {
      int size = wanted.shape().get(i);
      fits = size <= 0 || size == shape.get(i);
    }
    if (!fits) {
      throw new DetectorException(
          "model %s takes an input of %s, not %s"
              .formatted(description().name(), wanted.shape(), shape));
    }
    try {
      if (batch > 1 && shared.batches()) {
        shared.batcher(shape).allow(batch);
      }
      PinnedInput made = PinnedInput.create(shared.environment(), wanted, shape);
      input = made;
      for (TensorInfo other : description().inputs()) {
        if (!other.name().equals(wanted.name())) {
          sides.add(SideInput.create(shared.environment(), other, Math.max(1, shape.getFirst())));
        }
      }
      for (TensorInfo output : description().outputs()) {
        if (PinnedOutput.canPin(output)) {
          pinned.add(PinnedOutput.create(shared.environment(), output));
        }
      }
      return made.floats();
    } catch (OrtException e) {
      throw shared.failed(e);
    }
  }

  @Override
  public void set(String name, double... values) {
    for (SideInput side : sides) {
      if (side.name().equals(name)) {
        side.set(values);
        return;
      }
    }
    Network.super.set(name, values);
  }

  @Override
  public List<Output> run() {
    PinnedInput in = input;
    if (in == null || closed) {
      throw new IllegalStateException("a network runs between bind and close");
    }
    in.convert();
    if (batch > 1 && shared.batches()) {
      return shared.batcher(in.shape()).run(in);
    }
    shared.permits().acquireUninterruptibly();
    try {
      return run(in);
    } catch (OrtException e) {
      throw shared.failed(e);
    } finally {
      shared.permits().release();
    }
  }

  private List<Output> run(PinnedInput in) throws OrtException {
    Map<String, OnnxTensor> into = new HashMap<>();
    pinned.forEach(p -> into.put(p.name(), p.tensor()));
    // The others come in memory of the runtime's, with a shape that only the run tells.
    Set<String> others =
        description().outputs().stream()
            .map(TensorInfo::name)
            .filter(name -> !into.containsKey(name))
            .collect(Collectors.toSet());
    Map<String, OnnxTensor> from = new HashMap<>();
    from.put(in.name(), in.tensor());
    sides.forEach(s -> from.put(s.name(), s.tensor()));
    List<Output> outputs = new ArrayList<>();
    try (OrtSession.Result result = shared.session().run(from, others, into)) {
      for (TensorInfo output : description().outputs()) {
        outputs.add(output(output, result));
      }
    }
    return outputs;
  }

  private Output output(TensorInfo output, OrtSession.Result result) {
    for (PinnedOutput p : pinned) {
      if (p.name().equals(output.name())) {
        return p.read();
      }
    }
    return PinnedOutput.copy(
        (OnnxTensor)
            result
                .get(output.name())
                .orElseThrow(
                    () -> new IllegalStateException("a run without output " + output.name())));
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (input != null) {
      input.close();
    }
    sides.forEach(SideInput::close);
    pinned.forEach(PinnedOutput::close);
    release.run();
  }
}
