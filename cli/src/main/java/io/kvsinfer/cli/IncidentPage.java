package io.kvsinfer.cli;

import io.kvsinfer.contract.event.IncidentEvent.Plate;
import io.kvsinfer.contract.time.Timestamps;
import io.kvsinfer.store.Incident;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Incidents as one page for a browser, pictures in it. It loads nothing and runs nothing; names and
 * plates in it come from cameras and are only ever text.
 */
final class IncidentPage {
  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>kvs-infer: incidents</title>
      <style>
      :root { color-scheme: light dark; font-family: system-ui, sans-serif; }
      body { margin: 1.5rem; }
      main { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1rem; }
      article { border: 1px solid #8886; border-radius: .5rem; overflow: hidden; }
      img, .none { display: block; width: 100%; aspect-ratio: 16 / 9; object-fit: contain; background: #222; }
      .none { color: #aaa; display: grid; place-items: center; }
      h1 { font-size: 1.4rem; }
      h2 { font-size: 1.05rem; margin: .6rem .8rem .2rem; overflow-wrap: anywhere; }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: 0 .8rem .8rem; font-size: .9rem; }
      dt { opacity: .7; }
      dd { margin: 0; overflow-wrap: anywhere; }
      </style>
      </head>
      <body>
      """;

  private final PrintWriter out;

  IncidentPage(PrintWriter out) {
    this.out = out;
  }

  void begin(Instant now) {
    out.print(HEAD);
    out.println("<h1>Incidents, newest first</h1>");
    out.println("<p>As of " + time(now) + "</p>");
    out.println("<main>");
  }

  /**
   * The next one.
   *
   * @param jpeg that shows it; null where there is none, or none any more
   */
  void add(Incident incident, byte @Nullable [] jpeg) {
    String what = incident.label() + " on camera " + incident.cameraId();
    out.println("<article>");
    out.println(
        jpeg == null
            ? "<div class=\"none\">no picture</div>"
            : "<img alt=\"%s\" src=\"data:image/jpeg;base64,%s\">"
                .formatted(text(what), Base64.getEncoder().encodeToString(jpeg)));
    out.println("<h2>" + text(what) + "</h2>");
    out.println("<dl>");
    Instant end = Objects.requireNonNullElse(incident.endedAt(), incident.capturedAt());
    line("Since", time(incident.startedAt()));
    line(incident.open() ? "So far" : "Lasted", CameraReport.age(incident.startedAt(), end));
    line("Sure", Math.round(incident.evidence().confidence() * 100) + " %");
    line("Detector", incident.detector());
    if (!incident.regions().isEmpty()) {
      line("Region", String.join(", ", incident.regions()));
    }
    Plate plate = incident.plate();
    if (plate != null) {
      line("Plate", plate.text() + (plate.list() == null ? "" : " on list " + plate.list()));
    }
    if (incident.late()) {
      line("Late", "found when the camera was read again, not live");
    }
    line("Incident", incident.incidentId());
    out.println("</dl>");
    out.println("</article>");
  }

  /**
   * Ends the page.
   *
   * @param shown how many there are on it
   * @param more whether there are older ones that are not
   */
  void end(long shown, boolean more) {
    out.println("</main>");
    if (shown == 0) {
      out.println("<p>Nothing was seen. --since looks further back.</p>");
    }
    if (more) {
      out.println(
          "<p>The newest %d; --camera, --label, --since and --until show others.</p>"
              .formatted(shown));
    }
    out.println("</body>");
    out.println("</html>");
  }

  private void line(String name, String value) {
    out.println("<dt>" + name + "</dt><dd>" + text(value) + "</dd>");
  }

  private static String time(Instant time) {
    return Timestamps.format(time).replace('T', ' ').substring(0, 19) + " UTC";
  }

  /** Text as it may stand between tags and in a quoted attribute. */
  private static String text(String any) {
    StringBuilder safe = new StringBuilder();
    Printable.of(any)
        .chars()
        .forEach(c -> {
          switch (c) {
            case '&' -> safe.append("&amp;");
            case '<' -> safe.append("&lt;");
            case '>' -> safe.append("&gt;");
            case '"' -> safe.append("&quot;");
            case '\'' -> safe.append("&#39;");
            default -> safe.append((char) c);
          }
        });
    return safe.toString();
  }
}
