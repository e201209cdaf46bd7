package io.kvsinfer.worker.app;

import io.kvsinfer.contract.settings.CameraSettings;
import io.kvsinfer.contract.settings.SettingsRevision;
import io.kvsinfer.contract.state.Status.Phase;
import io.kvsinfer.store.CameraStateTable;
import io.kvsinfer.store.CameraTable;
import io.kvsinfer.store.Environment;
import io.kvsinfer.store.LeaseTable;
import io.kvsinfer.worker.app.CameraWorker.Ending;
import io.kvsinfer.worker.app.HttpEndpoint.Health;
import io.kvsinfer.worker.detect.DetectorContext;
import io.kvsinfer.worker.detect.Detectors;
import io.kvsinfer.worker.detect.onnx.ModelOptions;
import io.kvsinfer.worker.detect.onnx.OnnxModels;
import io.kvsinfer.worker.publish.EventJournal;
import io.kvsinfer.worker.publish.PublishMetrics;
import io.kvsinfer.worker.source.getmedia.GetMediaMetrics;
import io.kvsinfer.worker.source.hls.HlsMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;

/** One process that watches cameras. {@link #run} once; {@link #drain} from any thread. */
final class Worker {
  /** Everything was published and given back. */
  static final int DRAINED = 0;

  /** A camera could not go on. */
  static final int FAILED = 1;

  /** Another worker has the camera. */
  static final int LEASE_LOST = 3;

  /** The settings are wrong; the log says where. */
  static final int SETTINGS_REFUSED = 4;

  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  private final WorkerOptions options;
  private final InstantSource clock = InstantSource.system();
  private final List<CameraWorker> workers = new CopyOnWriteArrayList<>();
  private volatile boolean draining;

  Worker(WorkerOptions options) {
    this.options = options;
  }

  /** Stops reading, publishes what is confirmed, gives the cameras back; {@link #run} returns. */
  void drain() {
    draining = true;
    workers.forEach(CameraWorker::drain);
  }

  /**
   * Watches until drained or every camera has ended.
   *
   * @return the process's exit code
   */
  int run() throws InterruptedException, IOException {
    Region region = Region.of(options.region());
    try (DynamoDbClient dynamo = dynamo(region);
        S3Client s3 = s3(region);
        KinesisClient kinesis = kinesis(region)) {
      Environment environment = Environment.of(options.variables());
      CameraList list = cameras(dynamo, environment);
      list.refused().forEach(r -> log.error("settings refused: {}", r));
      tellRefused(list, dynamo, environment);
      if (list.cameras().isEmpty()) {
        log.error("no camera to watch");
        return list.refused().isEmpty() ? FAILED : SETTINGS_REFUSED;
      }
      return watch(list, dynamo, s3, kinesis, environment);
    }
  }

  /**
   * A client that tells soon when there is no answer: a lease must be renewed within {@link
   * LeaseTable#SAFE_FOR}, with time for a second try.
   */
  private static DynamoDbClient dynamo(Region region) {
    return DynamoDbClient.builder()
        .region(region)
        .httpClientBuilder(http())
        .overrideConfiguration(o -> o.apiCallTimeout(Duration.ofSeconds(8)))
        .build();
  }

  /** Without a limit on the whole call: a picture may take its time on a narrow way out. */
  private S3Client s3(Region region) {
    return S3Client.builder()
        .region(region)
        .forcePathStyle(pathStyle())
        .httpClientBuilder(http())
        .build();
  }

  /**
   * A put that is under way when the lease runs out must have ended before another may take it: a
   * lease is safe for 22 s of its 45.
   */
  private static KinesisClient kinesis(Region region) {
    return KinesisClient.builder()
        .region(region)
        .httpClientBuilder(http())
        .overrideConfiguration(
            o -> o.apiCallTimeout(LeaseTable.TTL.minus(LeaseTable.SAFE_FOR).minusSeconds(3)))
        .build();
  }

  /** Tells soon when nothing comes: a service that is back is not waited for on a dead line. */
  private static UrlConnectionHttpClient.Builder http() {
    return UrlConnectionHttpClient.builder()
        .connectionTimeout(Duration.ofSeconds(3))
        .socketTimeout(Duration.ofSeconds(5));
  }

  private int watch(
      CameraList list,
      DynamoDbClient dynamo,
      S3Client s3,
      KinesisClient kinesis,
      Environment environment)
      throws InterruptedException, IOException {
    PrometheusRegistry registry = new PrometheusRegistry();
    JvmMetrics.builder().register(registry);
    WorkerMetrics metrics = new WorkerMetrics(registry);
    PublishMetrics publishMetrics = new PublishMetrics(registry);
    HlsMetrics hlsMetrics = new HlsMetrics(registry);
    GpuUse.register(registry);
    GetMediaMetrics mediaMetrics = new GetMediaMetrics(registry);
    Path journalFile = options.journal();
    try (EmfSchedule _ =
            EmfSchedule.start(
                options.variable("KVS_INFER_EMF"), registry, environment.name(), clock);
        HttpEndpoint http = HttpEndpoint.start(options.port(), registry, this::live, this::ready);
        EventJournal journal = journalFile == null ? null : EventJournal.open(journalFile);
        OnnxModels models = OnnxModels.of(modelOptions());
        Sources sources = new Sources(hlsMetrics, mediaMetrics, clock)) {
      Publishing publishing =
          new Publishing(
              s3,
              kinesis,
              dynamo,
              options.variable("KVS_INFER_EVENTS_STREAM"),
              options.variable("KVS_INFER_MEDIA_BUCKET"),
              environment.retention(),
              options.state(),
              journal,
              publishMetrics,
              clock);
      Detectors detectors = Detectors.load();
      for (CameraSettings settings : list.cameras()) {
        CameraWorker.Shared shared =
            new CameraWorker.Shared(
                detectors,
                new DetectorContext(models, settings.resources().device(), metrics::inference),
                sources,
                publishing,
                metrics,
                clock);
        CameraStatus status =
            new CameraStatus(
                clock,
                SettingsRevision.of(settings),
                version(),
                options.metricsHost() + ":" + http.port());
        workers.add(
            new CameraWorker(
                settings,
                tenure(settings.id(), dynamo, environment),
                new SettingsFollower(settings, lookup(settings.id(), dynamo, environment)),
                status,
                shared));
      }
      log.info(
          "watching {} on port {}",
          workers.stream().map(CameraWorker::camera).collect(Collectors.joining(", ")),
          http.port());
      return exitCode(runAll(), !list.refused().isEmpty());
    }
  }

  private Map<String, Ending> runAll() throws InterruptedException {
    Map<String, Ending> endings = new ConcurrentHashMap<>();
    Map<CameraWorker, Thread> threads = new LinkedHashMap<>();
    for (CameraWorker worker : workers) {
      // Unless its thread says otherwise.
      endings.put(worker.camera(), Ending.FAILED);
      threads.put(
          worker,
          Thread.ofPlatform()
              .name("camera-" + worker.camera())
              .start(() -> endings.put(worker.camera(), ending(worker))));
    }
    if (draining) {
      drain();
    }
    for (Thread thread : threads.values()) {
      thread.join();
    }
    return endings;
  }

  private static Ending ending(CameraWorker worker) {
    try {
      return worker.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Ending.FAILED;
    } catch (RuntimeException e) {
      log.error("camera {}: failed", worker.camera(), e);
      return Ending.FAILED;
    }
  }

  private static int exitCode(Map<String, Ending> endings, boolean someRefused) {
    if (endings.containsValue(Ending.LEASE_LOST)) {
      return LEASE_LOST;
    }
    if (endings.containsValue(Ending.FAILED)) {
      return FAILED;
    }
    return someRefused || endings.containsValue(Ending.REFUSED) ? SETTINGS_REFUSED : DRAINED;
  }

  private CameraList cameras(DynamoDbClient dynamo, Environment environment) throws IOException {
    Path config = options.config();
    return config != null
        ? CameraList.of(config)
        : CameraList.of(
            new CameraTable(dynamo, environment.camerasTable()),
            options.cameras(),
            environment.allowList());
  }

  /** The operator's item as it is now; empty for a worker that has its settings from a file. */
  private Supplier<Optional<CameraSettings>> lookup(
      String camera, DynamoDbClient dynamo, Environment environment) {
    if (options.launch() == null) {
      return Optional::empty;
    }
    CameraTable table = new CameraTable(dynamo, environment.camerasTable());
    return () ->
        CameraList.of(table, List.of(camera), environment.allowList()).cameras().stream()
            .findFirst();
  }

  /** The scheduler finds the reason in the camera's row. */
  private void tellRefused(CameraList list, DynamoDbClient dynamo, Environment environment) {
    String launch = options.launch();
    if (launch == null) {
      return;
    }
    CameraStateTable states = new CameraStateTable(dynamo, environment.stateTable());
    for (CameraList.Refused refused : list.refused()) {
      if (refused.camera() != null) {
        CameraStatus status = new CameraStatus(clock, null, version(), null);
        status.enter(Phase.REFUSED, refused.reason());
        try {
          states.putStatus(refused.camera(), status.snapshot(), launch);
        } catch (SdkException e) {
          log.warn("camera {}: status not written: {}", refused.camera(), e.getMessage());
        }
      }
    }
  }

  private Tenure tenure(String camera, DynamoDbClient dynamo, Environment environment) {
    String launch = options.launch();
    if (launch == null) {
      return new OwnTenure();
    }
    String table = environment.stateTable();
    return new LeasedTenure(
        camera,
        launch,
        new CameraStateTable(dynamo, table),
        new LeaseKeeper(new LeaseTable(dynamo, table), camera, launch, System::nanoTime));
  }

  private ModelOptions modelOptions() {
    return ModelOptions.defaults().withFolder(options.models()).withNamed(options.namedModels());
  }

  /** S3-compatible servers on one address cannot serve a bucket by host name. */
  private boolean pathStyle() {
    return options.variables().containsKey("AWS_ENDPOINT_URL_S3")
        || options.variables().containsKey("AWS_ENDPOINT_URL");
  }

  private Health live() {
    return new Health(true, "ok");
  }

  private Health ready() {
    String waiting =
        workers.stream()
            .filter(
                w -> w.status().phase() == Phase.STARTING || w.status().phase() == Phase.CONNECTING)
            .map(CameraWorker::camera)
            .collect(Collectors.joining(", "));
    if (workers.isEmpty()) {
      return new Health(false, "starting");
    }
    return waiting.isEmpty()
        ? new Health(true, "ready")
        : new Health(false, "waiting for " + waiting);
  }

  private static String version() {
    String version = Worker.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
