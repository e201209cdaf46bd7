package io.kvsinfer.local.sns;

/** A message for a topic that nobody made. */
final class UnknownTopicException extends Exception {
  private static final long serialVersionUID = 1;
}
