package io.kvsinfer.worker.source.kvs;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text for logs and messages out of text that may hold a session token. */
public final class Redacted {
  private static final Pattern QUERY = Pattern.compile("\\?[^\\s\"]*");
  private static final Pattern FRAGMENT = Pattern.compile("(?:^|&)(FragmentNumber=[^&]*)");
  private static final Pattern TOKEN =
      Pattern.compile("(?i)(token|signature|credential|key|password)=[^&\\s\"]*");

  private Redacted() {}

  /** Scheme, host and path; of the query only the fragment number, which is no secret. */
  public static String uri(URI uri) {
    String asked = uri.getRawQuery();
    Matcher number = FRAGMENT.matcher(asked == null ? "" : asked);
    String host = uri.getHost() == null ? "?" : uri.getHost();
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String query = number.find() ? "?" + number.group(1) : "";
    return uri.getScheme() + "://" + host + port + uri.getPath() + query;
  }

  /** Free text with every query string and every token cut out. */
  public static String text(String text) {
    return TOKEN.matcher(QUERY.matcher(text).replaceAll("?…")).replaceAll("$1=…");
  }
}
