package io.kvsinfer.worker.source;

/** State of a source, with the number the connection_state gauges show. */
public enum ConnectionState {
  DISCONNECTED(0),
  CONNECTING(1),
  CONNECTED(2),
  RECONNECTING(3),
  ERROR(4);

  private final int code;

  ConnectionState(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }
}
