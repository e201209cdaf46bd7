package io.kvsinfer.local.sns;

import java.util.UUID;

/** Answers of the Query protocol. */
final class Xml {
  private static final String NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/";

  private Xml() {}

  static String result(String action, String field, String value) {
    String result =
        element(action + "Result", element(field, escape(value)))
            + element("ResponseMetadata", element("RequestId", requestId()));
    return "<"
        + action
        + "Response xmlns=\""
        + NAMESPACE
        + "\">"
        + result
        + "</"
        + action
        + "Response>";
  }

  static String error(String code, String message) {
    String error =
        element(
            "Error",
            element("Type", "Sender")
                + element("Code", code)
                + element("Message", escape(message)));
    return "<ErrorResponse xmlns=\""
        + NAMESPACE
        + "\">"
        + error
        + element("RequestId", requestId())
        + "</ErrorResponse>";
  }

  private static String element(String name, String content) {
    return "<" + name + ">" + content + "</" + name + ">";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String requestId() {
    return UUID.randomUUID().toString();
  }
}
