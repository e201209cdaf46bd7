package io.kvsinfer.worker.detect.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.DeviceMemoryException;
import io.kvsinfer.worker.detect.ModelDescription;
import io.kvsinfer.worker.detect.Network.Output;
import io.kvsinfer.worker.detect.TensorInfo;
import io.kvsinfer.worker.detect.TensorInfo.ElementType;
import io.kvsinfer.worker.detect.manifest.ModelCatalog.Loaded;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One model on one device, for all who run it; ONNX Runtime sessions are thread-safe. */
final class SharedSession {
  private static final Logger log = LoggerFactory.getLogger(SharedSession.class);

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Semaphore permits;
  private final ModelDescription description;
  private final Device device;
  private final Map<List<Integer>, Batcher<PinnedInput, List<Output>>> batchers =
      new ConcurrentHashMap<>();
  private final ModelOptions options;
  private int users;

  private SharedSession(
      OrtEnvironment environment,
      OrtSession session,
      Semaphore permits,
      ModelDescription description,
      Device device,
      ModelOptions options) {
    this.environment = environment;
    this.session = session;
    this.permits = permits;
    this.description = description;
    this.device = device;
    this.options = options;
  }

  /**
   * Makes a session on the first device that takes it.
   *
   * @throws DetectorException where not even the CPU does
   * @throws DeviceMemoryException where a GPU has no memory for it: the CPU would not keep up with
   *     what was meant for a GPU
   */
  static SharedSession create(
      OrtEnvironment environment,
      Loaded model,
      List<Device> devices,
      ModelOptions options,
      Semaphore permits) {
    OrtException last = null;
    for (Device device : devices) {
      try {
        OrtSession session = session(environment, model.bytes(), device, options.intraOpThreads());
        if (last != null) {
          log.warn(
              "model {} runs on {}: {} is not to be had ({})",
              model.name(),
              device,
              devices.getFirst(),
              firstLine(last));
        }
        return new SharedSession(
            environment, session, permits, describe(model, session), device, options);
      } catch (OrtException e) {
        if (device.isGpu() && Exhaustion.isIn(e)) {
          throw new DeviceMemoryException(Exhaustion.advice(model.name(), device), e);
        }
        last = e;
      }
    }
    throw new DetectorException(
        "model %s is not a model that ONNX Runtime reads: %s"
            .formatted(model.name(), last == null ? "no device" : firstLine(last)),
        last);
  }

  private static OrtSession session(
      OrtEnvironment environment, byte[] bytes, Device device, int intraOpThreads)
      throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(intraOpThreads);
      // Waiting threads sleep: they share the cores with decoders.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      device.addTo(options);
      return environment.createSession(bytes, options);
    }
  }

  private static ModelDescription describe(Loaded model, OrtSession session) throws OrtException {
    return new ModelDescription(
        model.name(),
        model.sha256(),
        tensors(session.getInputInfo()),
        tensors(session.getOutputInfo()),
        session.getMetadata().getCustomMetadata(),
        model.card());
  }

  private static List<TensorInfo> tensors(Map<String, NodeInfo> nodes) {
    return nodes.values().stream().map(SharedSession::tensor).toList();
  }

  private static TensorInfo tensor(NodeInfo node) {
    return node.getInfo() instanceof ai.onnxruntime.TensorInfo info
        ? new TensorInfo(
            node.getName(),
            type(info.type),
            Arrays.stream(info.getShape()).mapToObj(Math::toIntExact).toList())
        : new TensorInfo(node.getName(), ElementType.OTHER, List.of());
  }

  private static ElementType type(OnnxJavaType type) {
    return switch (type) {
      case FLOAT -> ElementType.FLOAT32;
      case FLOAT16 -> ElementType.FLOAT16;
      case UINT8 -> ElementType.UINT8;
      case INT8 -> ElementType.INT8;
      case INT32 -> ElementType.INT32;
      case INT64 -> ElementType.INT64;
      default -> ElementType.OTHER;
    };
  }

  static String firstLine(OrtException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  OrtEnvironment environment() {
    return environment;
  }

  OrtSession session() {
    return session;
  }

  /** Runs under way at once in the process. */
  Semaphore permits() {
    return permits;
  }

  /** Whether several pictures may be run at once here. */
  boolean batches() {
    return (device.isGpu() || options.batchOnCpu())
        && BatchRun.fits(description.inputs(), description.outputs());
  }

  /** Where pictures of this shape meet. */
  Batcher<PinnedInput, List<Output>> batcher(List<Integer> shape) {
    return batchers.computeIfAbsent(
        shape,
        s ->
            new Batcher<>(
                options.batchWait(),
                new Batcher.Turns() {
                  @Override
                  public void take() {
                    permits.acquireUninterruptibly();
                  }

                  @Override
                  public void giveBack() {
                    permits.release();
                  }
                },
                this::run));
  }

  private List<List<Output>> run(List<PinnedInput> inputs) {
    try {
      return BatchRun.run(this, inputs);
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  /** What a failed run comes to. */
  DetectorException failed(OrtException e) {
    return Exhaustion.isIn(e)
        ? new DeviceMemoryException(Exhaustion.advice(description.name(), device), e)
        : new DetectorException(
            "model %s failed on %s: %s".formatted(description.name(), device, firstLine(e)), e);
  }

  ModelDescription description() {
    return description;
  }

  Device device() {
    return device;
  }

  /** Another user; guarded by the models. */
  void use() {
    users++;
  }

  /** One user less; whether it was the last. Guarded by the models. */
  boolean leave() {
    return --users == 0;
  }

  void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new DetectorException(
          "model %s: its session does not end: %s".formatted(description.name(), firstLine(e)), e);
    }
  }
}
