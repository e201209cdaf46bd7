package io.kvsinfer.local.ecs;

/** An error that ECS would answer with, by the name that it has in the API. */
final class EcsException extends Exception {
  private static final long serialVersionUID = 1;

  private final String type;

  EcsException(String type, String message) {
    super(message);
    this.type = type;
  }

  static EcsException invalid(String message) {
    return new EcsException("InvalidParameterException", message);
  }

  static EcsException client(String message) {
    return new EcsException("ClientException", message);
  }

  String type() {
    return type;
  }
}
