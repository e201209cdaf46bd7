package io.kvsinfer.worker.detect.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelCard;
import io.kvsinfer.worker.detect.ModelDescription;
import io.kvsinfer.worker.detect.Models;
import io.kvsinfer.worker.detect.Network;
import io.kvsinfer.worker.detect.manifest.Manifest;
import io.kvsinfer.worker.detect.manifest.ModelCatalog;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models run by ONNX Runtime. A session lives from the first who opens a model on a device to the
 * last who closes it.
 */
public final class OnnxModels implements Models {
  private static final Logger log = LoggerFactory.getLogger(OnnxModels.class);

  private final OrtEnvironment environment;
  private final ModelCatalog catalog;
  private final ModelOptions options;
  private final Semaphore permits;
  private final Map<Key, SharedSession> sessions = new HashMap<>();
  private boolean closed;

  private record Key(Path file, String device) {}

  private OnnxModels(OrtEnvironment environment, ModelCatalog catalog, ModelOptions options) {
    this.environment = environment;
    this.catalog = catalog;
    this.options = options;
    this.permits = new Semaphore(options.parallelRuns(), true);
  }

  /**
   * Reads the manifest; models are loaded when they are opened.
   *
   * @throws DetectorException where the manifest is not what it should be
   */
  public static OnnxModels of(ModelOptions options) {
    Telemetry.off();
    ModelCatalog catalog = new ModelCatalog(Manifest.read(options.folder()), options.named());
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "kvs-infer");
    try {
      environment.setTelemetry(false);
    } catch (OrtException e) {
      throw new DetectorException("ONNX Runtime does not start: " + SharedSession.firstLine(e), e);
    }
    return new OnnxModels(environment, catalog, options);
  }

  @Override
  public SortedSet<String> names() {
    return catalog.names();
  }

  @Override
  public Optional<ModelCard> card(String name) {
    return catalog.card(name);
  }

  @Override
  public String defaultFor(String type, @Nullable String size) {
    return catalog.defaultFor(type, size);
  }

  @Override
  public Network open(String model, String device) {
    return open(model, device, 1);
  }

  @Override
  public synchronized Network open(String model, String device, int batch) {
    if (closed) {
      throw new IllegalStateException("the models are closed");
    }
    List<Device> devices = Device.candidates(device, OrtEnvironment.getAvailableProviders());
    Key key = new Key(catalog.file(model).toAbsolutePath().normalize(), device);
    SharedSession session = sessions.get(key);
    if (session == null) {
      session = SharedSession.create(environment, catalog.load(model), devices, options, permits);
      sessions.put(key, session);
    }
    SharedSession shared = session;
    shared.use();
    OnnxNetwork network = new OnnxNetwork(shared, batch, () -> release(key, shared));
    if (batch > 1) {
      requireBatches(network, shared, batch);
    }
    return network;
  }

  private static void requireBatches(OnnxNetwork network, SharedSession session, int batch) {
    ModelDescription model = session.description();
    if (!BatchRun.fits(model.inputs(), model.outputs())) {
      network.close();
      throw new DetectorException(
          "params.batch_size = %d: model %s has a fixed number of pictures a run, its tensors are %s and %s: leave batch_size out, or export it with an open first dimension"
              .formatted(batch, model.name(), model.inputs(), model.outputs()));
    }
    if (!session.batches()) {
      log.info(
          "model {} runs on {}, where a batch takes as long as its pictures one by one: params.batch_size = {} has no effect",
          model.name(),
          session.device(),
          batch);
    }
  }

  private synchronized void release(Key key, SharedSession session) {
    if (session.leave() && sessions.remove(key, session)) {
      session.close();
    }
  }

  /** Sessions alive, for tests and metrics. */
  public synchronized int openSessions() {
    return sessions.size();
  }

  @Override
  public synchronized void close() {
    closed = true;
    sessions.values().forEach(SharedSession::close);
    sessions.clear();
  }
}
