package io.kvsinfer.local.ecs;

/** Resource names of the one cluster that is here. */
record Arns(String region, String clusterName) {
  /** The account of everything local. */
  static final String ACCOUNT = "000000000000";

  String cluster() {
    return prefix() + "cluster/" + clusterName;
  }

  String task(String id) {
    return prefix() + "task/" + clusterName + "/" + id;
  }

  String container(String taskId) {
    return prefix() + "container/" + clusterName + "/" + taskId + "/0";
  }

  String taskDefinition(TaskDefinition definition) {
    return prefix() + "task-definition/" + definition.name();
  }

  /** Last part of an ARN, or the text itself where it is none. */
  static String lastPart(String arnOrName) {
    return arnOrName.substring(arnOrName.lastIndexOf('/') + 1);
  }

  private String prefix() {
    return "arn:aws:ecs:" + region + ":" + ACCOUNT + ":";
  }
}
