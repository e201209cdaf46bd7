package io.kvsinfer.local.kvs;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A key of AWS in the system properties while a class of tests runs: the client of GetMedia takes
 * its key as in production, from the default chain.
 */
final class LocalKey implements BeforeAllCallback, AfterAllCallback {
  private static final String ID = "aws.accessKeyId";
  private static final String SECRET = "aws.secretAccessKey";

  @Override
  public void beforeAll(ExtensionContext context) {
    System.setProperty(ID, "local");
    System.setProperty(SECRET, "local");
  }

  @Override
  public void afterAll(ExtensionContext context) {
    System.clearProperty(ID);
    System.clearProperty(SECRET);
  }
}
