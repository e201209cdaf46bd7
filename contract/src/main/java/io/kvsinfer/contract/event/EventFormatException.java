package io.kvsinfer.contract.event;

/** A record of the event stream that is not as its schema says. */
public final class EventFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String field;

  EventFormatException(String field, String problem) {
    super(field.isEmpty() ? problem : field + ": " + problem);
    this.field = field;
  }

  /** The field at fault, as {@code box.width}; empty where the record as a whole is. */
  public String field() {
    return field;
  }
}
