package io.kvsinfer.worker.detect;

import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * The models of this process: manifest, files, one shared session per model and device.
 * Thread-safe.
 */
public interface Models extends AutoCloseable {
  /** Names that settings may use. */
  SortedSet<String> names();

  /** What the manifest says of a model; empty where it is not in the manifest. */
  Optional<ModelCard> card(String name);

  /**
   * Name of the model that a detector type takes when its settings name none.
   *
   * @param type detector type
   * @param size {@code n}, {@code s}, … as in {@code params.model_size}; null = the type's default
   * @throws DetectorException naming the known models where there is none
   */
  String defaultFor(String type, @Nullable String size);

  /**
   * A model ready to run on a device. The session behind it is shared by all who open the same
   * model on the same device, the returned network is the caller's own and must be closed.
   *
   * @param model name of the manifest or of this process, or path of an ONNX file
   * @param device {@code auto}, {@code cpu}, {@code cuda:N} or {@code tensorrt:N}; where there is
   *     no such device the network runs on the CPU, which {@link Network#device} tells
   * @throws DetectorException where the model is not known, not the file its checksum says, or not
   *     readable
   */
  Network open(String model, String device);

  /**
   * Likewise, its pictures sharing runs with those of others on a GPU. Such a network's runs wait
   * for each other for a few milliseconds at most; on the CPU each runs at once by itself, since
   * together they would take as long as one after the other.
   *
   * @param batch pictures in one run at most, at least 1
   * @throws DetectorException where {@code batch} is above 1 and the model takes one picture only
   * @throws DeviceMemoryException where the device has no memory for the model
   */
  Network open(String model, String device, int batch);

  /** Ends every session; networks still open must not be used any more. */
  @Override
  void close();
}
