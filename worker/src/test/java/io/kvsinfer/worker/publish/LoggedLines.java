package io.kvsinfer.worker.publish;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What this package logs while it is open. */
final class LoggedLines implements AutoCloseable {
  private static final Pattern GIVEN_UP =
      Pattern.compile("camera (\\S+): (\\d+) events were given up, the spool being full");

  private final Logger logger;
  private final Lines lines = new Lines();

  LoggedLines() {
    logger = (Logger) LogManager.getLogger(PublishingThread.class);
    lines.start();
    logger.addAppender(lines);
  }

  /** How many events of a camera were said to be given up, as errors. */
  int givenUp(String cameraId) {
    int sum = 0;
    for (String line : lines.errors) {
      Matcher matcher = GIVEN_UP.matcher(line);
      if (matcher.matches() && matcher.group(1).equals(cameraId)) {
        sum += Integer.parseInt(matcher.group(2));
      }
    }
    return sum;
  }

  @Override
  public void close() {
    logger.removeAppender(lines);
    lines.stop();
  }

  private static final class Lines extends AbstractAppender {
    private final List<String> errors = new CopyOnWriteArrayList<>();

    Lines() {
      super("lines", null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      if (event.getLevel().equals(Level.ERROR)) {
        errors.add(event.getMessage().getFormattedMessage());
      }
    }
  }
}
