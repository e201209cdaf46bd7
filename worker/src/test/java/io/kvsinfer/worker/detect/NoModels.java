package io.kvsinfer.worker.detect;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A process without models. */
final class NoModels implements Models {
  @Override
  public SortedSet<String> names() {
    return new TreeSet<>();
  }

  @Override
  public Optional<ModelCard> card(String name) {
    return Optional.empty();
  }

  @Override
  public String defaultFor(String type, @Nullable String size) {
    throw new DetectorException("no models");
  }

  @Override
  public Network open(String model, String device) {
    throw new DetectorException("no models");
  }

  @Override
  public Network open(String model, String device, int batch) {
    throw new DetectorException("no models");
  }

  @Override
  public void close() {}
}
