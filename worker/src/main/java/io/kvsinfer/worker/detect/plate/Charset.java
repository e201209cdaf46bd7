package io.kvsinfer.worker.detect.plate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kvsinfer.worker.detect.DetectorException;
import io.kvsinfer.worker.detect.ModelDescription;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The characters that the classes of a reader stand for, in their order.
 *
 * @param from where they were found, for messages
 */
record Charset(List<String> characters, String from) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MOST = 100_000;
  private static final long MOST_BYTES = 4L << 20;

  /** Properties in which exports keep them; the first is that of PaddleOCR's. */
  private static final List<String> PROPERTIES =
      List.of("character", "charset", "alphabet", "dictionary", "characters");

  /** What the project's own readers say they are for; their characters are their names. */
  static final String TASK = "plate_text";

  Charset {
    characters = List.copyOf(characters);
  }

  /**
   * Those of the settings, else of the manifest, else of the file's metadata.
   *
   * @param said {@code params.reader_charset}; null = not given
   */
  static Optional<Charset> known(@Nullable Path said, ModelDescription model) {
    if (said != null) {
      return Optional.of(file(said));
    }
    if (model.card() != null && !model.card().classes().isEmpty()) {
      return Optional.of(new Charset(model.card().classes(), "manifest"));
    }
    String names = model.metadata().get("names");
    if (names != null && TASK.equals(model.metadata().get("task"))) {
      return Optional.of(parse(names, "metadata names"));
    }
    for (String property : PROPERTIES) {
      String text = model.metadata().get(property);
      if (text != null) {
        return Optional.of(parse(text, "metadata " + property));
      }
    }
    return Optional.empty();
  }

  /**
   * A file of one character a line, as PaddleOCR's dictionaries are, or of one line with all of
   * them.
   *
   * @throws DetectorException where it cannot be read or holds none
   */
  static Charset file(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new DetectorException("charset %s: is no dictionary: too long".formatted(file));
      }
      return parse(Files.readString(file), file.toString());
    } catch (MalformedInputException e) {
      throw new DetectorException("charset %s: is not UTF-8".formatted(file), e);
    } catch (IOException e) {
      throw new DetectorException(
          "charset %s cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  static Charset parse(String text, String from) {
    String plain = text.startsWith("\ufeff") ? text.substring(1) : text;
    List<String> lines = plain.lines().toList();
    List<String> characters;
    if (plain.stripLeading().startsWith("[") && plain.strip().length() > 1) {
      characters = list(plain, from);
    } else if (lines.size() > 1) {
      // A line of a single space is the space; the last may be empty.
      characters = lines.stream().filter(l -> !l.isEmpty()).toList();
    } else {
      characters =
          lines.stream().flatMapToInt(String::codePoints).mapToObj(Character::toString).toList();
    }
    if (characters.isEmpty() || characters.size() > MOST) {
      throw new DetectorException(
          "charset %s: holds %d characters, must be 1 to %d"
              .formatted(from, characters.size(), MOST));
    }
    return new Charset(characters, from);
  }

  private static List<String> list(String text, String from) {
    try {
      return Arrays.asList(JSON.readValue(text, String[].class));
    } catch (JsonProcessingException e) {
      throw new DetectorException("charset %s: is no list of characters".formatted(from), e);
    }
  }

  /** Index of an entry that can only mean "no character"; empty where there is none or several. */
  Optional<Integer> namedBlank() {
    List<Integer> named =
        java.util.stream.IntStream.range(0, characters.size())
            .filter(i -> isBlank(characters.get(i)))
            .boxed()
            .toList();
    return named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty();
  }

  private static boolean isBlank(String entry) {
    return switch (entry.toLowerCase(Locale.ROOT)) {
      case "", "_", "blank", "<blank>", "[blank]", "<pad>", "[pad]", "ε" -> true;
      default -> false;
    };
  }
}
