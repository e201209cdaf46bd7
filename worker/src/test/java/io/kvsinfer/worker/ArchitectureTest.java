package io.kvsinfer.worker;

import com.tngtech.archunit.core.domain.JavaClasses;
import io.kvsinfer.testkit.Architecture;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  /** In the order in which a frame passes them. */
  private static final List<String> STAGES =
      List.of("source", "sample", "detect", "track", "confirm", "publish", "app");

  private static final JavaClasses WORKER = Architecture.classesOf("io.kvsinfer.worker");

  private static String stage(String name) {
    return "io.kvsinfer.worker." + name + "..";
  }

  @Test
  void packages_do_not_need_each_other_in_a_circle() {
    Architecture.noPackageCycles().check(WORKER);
  }

  @Test
  void a_stage_needs_only_those_before_it() {
    for (int i = 0; i < STAGES.size() - 1; i++) {
      String[] later =
          STAGES.stream().skip(i + 1).map(ArchitectureTest::stage).toArray(String[]::new);
      Architecture.nothingIn(List.of(stage(STAGES.get(i))), later).check(WORKER);
    }
  }

  @Test
  void every_class_belongs_to_a_stage() {
    Architecture.everythingIsIn(STAGES.stream().map(ArchitectureTest::stage).toList())
        .check(WORKER);
  }

  @Test
  void tracking_and_confirmation_know_neither_files_nor_networks() {
    Architecture.nothingIn(
            List.of(stage("sample"), stage("track"), stage("confirm")),
            "java.net..",
            "java.nio.file..",
            "java.nio.channels..",
            "io.kvsinfer.store..")
        .check(WORKER);
  }

  @Test
  void models_run_in_detect_onnx_only() {
    Architecture.onlyIn(List.of(stage("detect.onnx")), "ai.onnxruntime..").check(WORKER);
  }

  @Test
  void nobody_here_touches_ffmpeg() {
    Architecture.onlyIn(List.of("io.kvsinfer.media.decode.."), "org.bytedeco..").check(WORKER);
  }

  @Test
  void aws_is_called_by_the_kvs_sources_publishing_and_wiring_only() {
    Architecture.onlyIn(
            List.of(
                stage("source.kvs"),
                stage("source.hls"),
                stage("source.getmedia"),
                stage("publish"),
                stage("app")),
            "software.amazon.awssdk..",
            "com.amazonaws..")
        .check(WORKER);
  }

  @Test
  void only_the_wiring_asks_for_the_time_of_this_machine() {
    Architecture.noWallClockOutside(stage("app")).check(WORKER);
  }
}
