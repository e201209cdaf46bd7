package io.kvsinfer.infra.config;

import java.util.List;

/** The context of the CDK app is wrong; the message has every violation. */
public final class ConfigurationException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> violations;

  ConfigurationException(List<String> violations) {
    super("the context is wrong:\n  " + String.join("\n  ", violations));
    this.violations = List.copyOf(violations);
  }

  /** One sentence each: where, what, and what would be right. */
  public List<String> violations() {
    return violations;
  }
}
