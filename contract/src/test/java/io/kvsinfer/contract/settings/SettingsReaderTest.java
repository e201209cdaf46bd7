package io.kvsinfer.contract.settings;

import static io.kvsinfer.contract.settings.Reading.accepted;
import static io.kvsinfer.contract.settings.Reading.camera;
import static io.kvsinfer.contract.settings.Reading.file;
import static io.kvsinfer.contract.settings.Reading.notices;
import static io.kvsinfer.contract.settings.Reading.problems;
import static io.kvsinfer.contract.settings.Reading.problemsOf;
import static io.kvsinfer.contract.settings.Reading.violations;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.IntNode;
import io.kvsinfer.contract.geometry.Point;
import io.kvsinfer.contract.geometry.Polygon;
import io.kvsinfer.contract.settings.GetMediaSettings.StartSelector;
import io.kvsinfer.contract.settings.PlaybackSettings.Mode;
import io.kvsinfer.contract.settings.PlaybackSettings.Preset;
import io.kvsinfer.contract.settings.RegionSettings.Kind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsReaderTest {
  private static final String LEAST = "id: a\nstream_name: s\n";
  private static final String ARN =
      "arn:aws:kinesisvideo:eu-central-1:123456789012:stream/gate/1700000000000";

  @Test
  void a_camera_of_id_and_stream_gets_every_default() {
    CameraSettings camera = camera(LEAST + "detectors: [{type: weapon}]");

    assertThat(camera)
        .isEqualTo(
            new CameraSettings(
                "a",
                true,
                "s",
                null,
                "us-east-1",
                5,
                new PlaybackSettings(
                    Mode.HLS,
                    true,
                    true,
                    Preset.BALANCED,
                    new HlsSettings(300, 30, 5, 60, 2.0, 10),
                    new GetMediaSettings(
                        StartSelector.NOW, null, null, null, 30, 65536, 2, 10, 100, 1.0)),
                300,
                new MotionSettings(true, 0.5, 10),
                List.of(),
                List.of(
                    new DetectorSettings(
                        "weapon",
                        "weapon",
                        true,
                        null,
                        ConfidenceThreshold.unset(),
                        List.of(),
                        List.of(),
                        new ConfirmSettings(3, 5),
                        0,
                        0,
                        60,
                        Map.of())),
                PublisherSettings.none(),
                new ResourceSettings("auto", null),
                Map.of()));
  }

  @Test
  void every_value_can_be_given() {
    CameraSettings camera =
        camera(
            """
            id: gate-1
            enabled: false
            stream_arn: %s
            region: eu-central-1
            fps_target: 2.5
            playback:
              mode: GETMEDIA
              fallback: false
              retention_required: false
              preset: conservative
              hls: {session_seconds: 600, url_refresh_margin: 60, reconnect_delay: 2,
                    max_reconnect_delay: 20, backoff_multiplier: 1.5, max_consecutive_errors: 3}
              getmedia:
                start_selector: PRODUCER_TIMESTAMP
                timestamp: 2026-11-21T02:48:00.5Z
                max_fragment_age_seconds: 60
                chunk_size: 4096
                reconnect_delay_seconds: 3
                max_reconnect_attempts: 4
                frame_queue: {max_size: 5, timeout_seconds: 0.5}
            catch_up_seconds: 0
            motion: {enabled: false, sensitivity: 1, heartbeat_seconds: 2}
            regions:
              - {name: drive way, kind: exclude, polygon: [[0, 0], [1, 0], [0.5, 1]]}
            detectors:
              - type: alpr
                name: plates
                enabled: false
                model: plates-s.v2
                confidence_threshold: {license plate: 0.4, "*": 0.6}
                labels: [license plate]
                regions: [drive way]
                confirm: {hits: 1, window: 1}
                min_area: 0.01
                min_duration_seconds: 1.5
                cooldown_seconds: 0
                params: {skip_frames: 2, model_size: s, own: [1, 2.5, {deep: true}]}
            publishers: {kinesis_stream_name: k, s3_bucket: b-1, dynamodb_table: t_1}
            resources: {device: "cuda:0", pool: small}
            tags: {site: north}
            """
                .formatted(ARN));

    assertThat(camera)
        .isEqualTo(
            new CameraSettings(
                "gate-1",
                false,
                null,
                ARN,
                "eu-central-1",
                2.5,
                new PlaybackSettings(
                    Mode.GETMEDIA,
                    false,
                    false,
                    Preset.CONSERVATIVE,
                    new HlsSettings(600, 60, 2, 20, 1.5, 3),
                    new GetMediaSettings(
                        StartSelector.PRODUCER_TIMESTAMP,
                        null,
                        Instant.parse("2026-11-21T02:48:00.5Z"),
                        null,
                        60,
                        4096,
                        3,
                        4,
                        5,
                        0.5)),
                0,
                new MotionSettings(false, 1, 2),
                List.of(
                    new RegionSettings(
                        "drive way",
                        Kind.EXCLUDE,
                        new Polygon(List.of(new Point(0, 0), new Point(1, 0), new Point(0.5, 1))))),
                List.of(
                    new DetectorSettings(
                        "alpr",
                        "plates",
                        false,
                        "plates-s.v2",
                        new ConfidenceThreshold(0.6, Map.of("license plate", 0.4)),
                        List.of("license plate"),
                        List.of("drive way"),
                        new ConfirmSettings(1, 1),
                        0.01,
                        1.5,
                        0,
                        Map.of(
                            "skip_frames",
                            2L,
                            "model_size",
                            "s",
                            "own",
                            List.of(1L, 2.5, Map.of("deep", true))))),
                new PublisherSettings("k", "b-1", "t_1"),
                new ResourceSettings("cuda:0", "small"),
                Map.of("site", "north")));
  }

  @ParameterizedTest
  @CsvSource({
    "balanced, 300, 30, 5, 60, 10",
    "conservative, 1800, 120, 10, 300, 20",
    "aggressive, 60, 10, 1, 10, 5"
  })
  void a_preset_sets_the_hls_values(
      String preset, int session, int margin, double delay, double longest, int errors) {
    assertThat(camera(LEAST + "playback: {preset: " + preset + "}").playback().hls())
        .isEqualTo(new HlsSettings(session, margin, delay, longest, 2.0, errors));
  }

  @Test
  void a_value_beside_a_preset_wins_over_it() {
    HlsSettings hls =
        camera(LEAST + "playback: {preset: aggressive, hls: {session_seconds: 90}}")
            .playback()
            .hls();

    assertThat(hls).isEqualTo(new HlsSettings(90, 10, 1, 10, 2.0, 5));
  }

  @Test
  void defaults_lie_under_every_camera_map_by_map_and_lists_replace() {
    Settings settings =
        accepted(
            SettingsReader.read(
                """
                schema: 1
                aws: {region: eu-west-1}
                device: cpu
                defaults:
                  fps_limit: 2
                  playback: {preset: aggressive, hls: {reconnect_delay: 3}}
                  detectors: [{type: weapon}, {type: alpr}]
                  tags: {site: north, floor: "1"}
                cameras:
                  - {id: a, stream_name: s}
                  - id: b
                    stream_arn: %s
                    fps_target: 7
                    playback: {hls: {session_seconds: 100}}
                    detectors: [{type: fire_smoke}]
                    resources: {device: "tensorrt:1"}
                    tags: {floor: "2"}
                """
                    .formatted(ARN)));

    CameraSettings a = settings.cameras().get(0);
    CameraSettings b = settings.cameras().get(1);
    assertThat(a.region()).isEqualTo("eu-west-1");
    assertThat(a.resources().device()).isEqualTo("cpu");
    assertThat(a.fpsTarget()).isEqualTo(2);
    assertThat(a.detectors()).extracting(DetectorSettings::type).containsExactly("weapon", "alpr");
    assertThat(b.region()).isEqualTo("eu-central-1");
    assertThat(b.resources().device()).isEqualTo("tensorrt:1");
    assertThat(b.fpsTarget()).isEqualTo(7);
    assertThat(b.playback().hls()).isEqualTo(new HlsSettings(100, 10, 3, 10, 2.0, 5));
    assertThat(b.detectors()).extracting(DetectorSettings::type).containsExactly("fire_smoke");
    assertThat(b.tags()).isEqualTo(Map.of("site", "north", "floor", "2"));
  }

  @Test
  void what_belongs_to_one_camera_has_no_default() {
    assertThat(
            problems(
                SettingsReader.read(
                    "schema: 1\ndefaults: {name: x, stream_name: s}\n"
                        + "cameras: [{id: a, stream_name: s}]")))
        .containsExactlyInAnyOrder(
            "defaults.name = \"x\": belongs to one camera and has no default",
            "defaults.stream_name = \"s\": belongs to one camera and has no default");
  }

  @Test
  void a_wrong_default_is_said_once_at_its_place() {
    assertThat(
            problems(
                SettingsReader.read(
                    "schema: 1\ndefaults: {fps_target: 0}\n"
                        + "cameras: [{id: a, stream_name: s}, {id: b, stream_name: s}]")))
        .containsExactly("defaults.fps_target = 0: must be above 0, at most 120");
  }

  @Test
  void a_wrong_default_is_said_though_every_camera_has_its_own_value() {
    assertThat(
            problems(
                SettingsReader.read(
                    "schema: 1\ndefaults: {fps_target: 0, playback: {hls: {colour: 1}}}\n"
                        + "cameras: [{id: a, stream_name: s, fps_target: 5}]")))
        .hasSize(2);
  }

  @Test
  void older_names_are_accepted_with_a_notice() {
    Verdict<Settings> verdict =
        SettingsReader.read(
            """
            schema: 1
            aws_region: eu-west-1
            cameras:
              - name: a
                fps_limit: 3
                roi: [{name: gate, polygon: [[0, 0], [1, 0], [0, 1]]}]
                playback: {kvs_stream_name: s, hls_session_seconds: 400}
                detectors: [{type: weapon}]
              - camera_id: b
                kvs_stream_name: t
                playback: {hls: {hls_session_seconds: 500}}
                detectors: [{type: weapon}]
            """);

    List<CameraSettings> cameras = accepted(verdict).cameras();
    assertThat(cameras).extracting(CameraSettings::id).containsExactly("a", "b");
    assertThat(cameras).extracting(CameraSettings::streamName).containsExactly("s", "t");
    assertThat(cameras).extracting(CameraSettings::region).containsOnly("eu-west-1");
    assertThat(cameras)
        .extracting(c -> c.playback().hls().sessionSeconds())
        .containsExactly(400, 500);
    assertThat(cameras.getFirst().fpsTarget()).isEqualTo(3);
    assertThat(cameras.getFirst().regions()).hasSize(1);
    assertThat(notices(verdict))
        .containsExactly(
            "aws_region: older name of aws.region",
            "cameras[0].name: older name of id",
            "cameras[0].playback.kvs_stream_name: older name of stream_name",
            "cameras[0].fps_limit: older name of fps_target",
            "cameras[0].roi: older name of regions",
            "cameras[0].playback.hls_session_seconds: older name of playback.hls.session_seconds",
            "cameras[1].camera_id: older name of id",
            "cameras[1].kvs_stream_name: older name of stream_name",
            "cameras[1].playback.hls.hls_session_seconds: older name of"
                + " playback.hls.session_seconds");
  }

  @Test
  void an_older_name_beside_the_new_one_must_say_the_same() {
    assertThat(accepted(SettingsReader.read(file(LEAST + "fps_target: 3\nfps_limit: 3.0"))))
        .isNotNull();
    assertThat(problemsOf(LEAST + "fps_target: 3\nfps_limit: 4"))
        .containsExactly(
            "cameras[0].fps_limit = 4: is the older name of fps_target, which says 3 at"
                + " cameras[0].fps_target: keep one of them");
  }

  @Test
  void a_wrong_value_under_an_older_name_is_shown_where_it_stands() {
    assertThat(problemsOf(LEAST + "fps_limit: -1"))
        .containsExactly("cameras[0].fps_limit = -1: must be above 0, at most 120");
  }

  @Test
  void a_parser_is_accepted_without_effect_and_one_notice() {
    Verdict<Settings> verdict =
        SettingsReader.read(
            """
            schema: 1
            defaults:
              playback: {getmedia: {parser: {anything: [1, 2]}}}
              detectors: [{type: weapon}]
            cameras: [{id: a, stream_name: s}, {id: b, stream_name: s}]
            """);

    assertThat(notices(verdict)).containsExactly("getmedia.parser: accepted, without effect");
  }

  @Test
  void everything_wrong_is_reported_at_once() {
    assertThat(
            problems(
                SettingsReader.read(
                    """
                    schema: 2
                    camreas: []
                    cameras:
                      - id: "../etc"
                        stream_name: s
                        stream_arn: nonsense
                        fps_traget: 5
                        enabled: "yes"
                        playback: {mode: hls, hls: {session_seconds: "300"}}
                        detectors:
                          - {type: weapon, confidence_threshold: 1.5}
                          - {type: weapon, regions: [nowhere]}
                      - {id: b}
                    """)))
        .containsExactlyInAnyOrder(
            "schema = 2: must be a whole number from 1 to 1",
            "camreas = []: unknown key; did you mean cameras?",
            "cameras[0].id = \"../etc\": must be 1 to 64 letters, digits, _ or -, the first a"
                + " letter or digit",
            "cameras[0].stream_arn = \"nonsense\": must be a stream's ARN:"
                + " arn:aws:kinesisvideo:REGION:ACCOUNT:stream/NAME/CREATED",
            "cameras[0].stream_arn = \"nonsense\": stands beside stream_name: keep exactly one of them",
            "cameras[0].fps_traget = 5: unknown key; did you mean fps_target?",
            "cameras[0].enabled = \"yes\": must be true or false",
            "cameras[0].playback.mode = \"hls\": must be GETMEDIA or HLS; did you mean HLS?",
            "cameras[0].playback.hls.session_seconds = \"300\": must be a number from 60 to 43200,"
                + " not text: write it without quotes, in a table item with the type N",
            "cameras[0].detectors[0].confidence_threshold = 1.5: must be from 0 to 1",
            "cameras[0].detectors[1].name: must be unique in the camera: another detector is"
                + " called weapon too",
            "cameras[0].detectors[1].regions[0] = \"nowhere\": must be a region of this camera,"
                + " which has none",
            "cameras[1].stream_name: is missing: give the stream by stream_name or stream_arn");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "id: -a|id",
        "id: 7|id",
        "id: a b|id",
        "stream_name: a/b|stream_name",
        "region: mars|region",
        "fps_target: 0|fps_target",
        "fps_target: 121|fps_target",
        "fps_target: .nan|fps_target",
        "fps_target:|fps_target",
        "enabled: 1|enabled",
        "catch_up_seconds: -1|catch_up_seconds",
        "playback: fast|playback",
        "playback: {preset: Balanced}|playback.preset",
        "playback: {hls: {session_seconds: 59}}|playback.hls.session_seconds",
        "playback: {hls: {session_seconds: 43201}}|playback.hls.session_seconds",
        "playback: {hls: {session_seconds: 300.5}}|playback.hls.session_seconds",
        "playback: {hls: {url_refresh_margin: 300}}|playback.hls.url_refresh_margin",
        "playback: {hls: {session_seconds: 60, url_refresh_margin: 60}}|playback.hls.url_refresh_margin",
        "playback: {preset: conservative, hls: {session_seconds: 100}}|playback.hls.url_refresh_margin",
        "playback: {hls: {reconnect_delay: 0}}|playback.hls.reconnect_delay",
        "playback: {hls: {reconnect_delay: 61}}|playback.hls.max_reconnect_delay",
        "playback: {hls: {backoff_multiplier: 0.9}}|playback.hls.backoff_multiplier",
        "playback: {hls: {max_consecutive_errors: 0}}|playback.hls.max_consecutive_errors",
        "playback: {retention_required: false}|playback.retention_required",
        "playback: {mode: GETMEDIA, fallback: true, retention_required: false}|playback.fallback",
        "playback: {getmedia: {start_selector: FRAGMENT_NUMBER}}|playback.getmedia.fragment_number",
        "playback: {getmedia: {fragment_number: \"12\"}}|playback.getmedia.fragment_number",
        "playback: {getmedia: {start_selector: SERVER_TIMESTAMP}}|playback.getmedia.timestamp",
        "playback: {getmedia: {start_selector: SERVER_TIMESTAMP, timestamp: yesterday}}|playback.getmedia.timestamp",
        "playback: {getmedia: {start_selector: SERVER_TIMESTAMP, timestamp: 2026-13-01T00:00:00Z}}|playback.getmedia.timestamp",
        "playback: {getmedia: {start_selector: CONTINUATION_TOKEN}}|playback.getmedia.continuation_token",
        "playback: {getmedia: {max_fragment_age_seconds: 301}}|playback.getmedia.max_fragment_age_seconds",
        "playback: {getmedia: {chunk_size: 4095}}|playback.getmedia.chunk_size",
        "playback: {getmedia: {reconnect_delay_seconds: 0.5}}|playback.getmedia.reconnect_delay_seconds",
        "playback: {getmedia: {max_reconnect_attempts: 101}}|playback.getmedia.max_reconnect_attempts",
        "playback: {getmedia: {frame_queue: {max_size: 0}}}|playback.getmedia.frame_queue.max_size",
        "playback: {getmedia: {frame_queue: {timeout_seconds: 0}}}|playback.getmedia.frame_queue.timeout_seconds",
        "playback: {getmedia: {parser: 5}}|playback.getmedia.parser",
        "motion: {sensitivity: 1.1}|motion.sensitivity",
        "motion: {heartbeat_seconds: 0}|motion.heartbeat_seconds",
        "regions: [5]|regions[0]",
        "regions: [{polygon: [[0, 0], [1, 0], [0, 1]]}]|regions[0].name",
        "regions: [{name: a}]|regions[0].polygon",
        "regions: [{name: a, polygon: [[0, 0], [1, 0]]}]|regions[0].polygon",
        "regions: [{name: a, polygon: [[0, 0], [1, 0], [0, 1.1]]}]|regions[0].polygon[2][1]",
        "regions: [{name: a, polygon: [[0, 0], [1, 0], [0]]}]|regions[0].polygon[2]",
        "regions: [{name: a, polygon: [[0, 0], [1, 1], [1, 0], [0, 1]]}]|regions[0].polygon",
        "regions: [{name: a, polygon: [[0, 0], [0.5, 0], [1, 0]]}]|regions[0].polygon",
        "regions: [{name: a, polygon: [[0, 0], [0, 0], [1, 0], [1, 1]]}]|regions[0].polygon",
        "regions: [{name: a, polygon: [[0, 0], [1, 0], [1, 1], [0.5, 0], [0, 1]]}]|regions[0].polygon",
        "regions: [{name: a, kind: Mask, polygon: [[0, 0], [1, 0], [0, 1]]}]|regions[0].kind",
        "detectors: {type: weapon}|detectors",
        "detectors: [weapon]|detectors[0]",
        "detectors: [{name: x}]|detectors[0].type",
        "detectors: [{type: a/b}]|detectors[0].type",
        "detectors: [{type: weapon, model: \"a\\tb\"}]|detectors[0].model",
        "detectors: [{type: weapon, confidence_threshold: {a/b: 0.5}}]|detectors[0].confidence_threshold[\"a/b\"]",
        "detectors: [{type: weapon, confidence_threshold: {gun: 2}}]|detectors[0].confidence_threshold.gun",
        "detectors: [{type: weapon, confidence_threshold: high}]|detectors[0].confidence_threshold",
        "detectors: [{type: weapon, labels: [gun, gun]}]|detectors[0].labels[1]",
        "detectors: [{type: weapon, labels: [none]}, {type: alpr, labels: [1]}]|detectors[1].labels[0]",
        "detectors: [{type: weapon, confirm: {hits: 6}}]|detectors[0].confirm.hits",
        "detectors: [{type: weapon, confirm: {window: 2}}]|detectors[0].confirm.window",
        "detectors: [{type: weapon, confirm: {hits: 0}}]|detectors[0].confirm.hits",
        "detectors: [{type: weapon, min_area: 1.1}]|detectors[0].min_area",
        "detectors: [{type: weapon, min_duration_seconds: -1}]|detectors[0].min_duration_seconds",
        "detectors: [{type: weapon, cooldown_seconds: -1}]|detectors[0].cooldown_seconds",
        "detectors: [{type: weapon, params: {skip_frames: -1}}]|detectors[0].params.skip_frames",
        "detectors: [{type: weapon, params: {skip_frames: 1.5}}]|detectors[0].params.skip_frames",
        "detectors: [{type: weapon, params: {own: [1, null]}}]|detectors[0].params.own[1]",
        "detectors: [{type: weapon, params: {own: 1e999}}]|detectors[0].params.own",
        "detectors: [{type: weapon, params: []}]|detectors[0].params",
        "detectors: [{type: weapon, params: {region_anchor: foot}}]|detectors[0].params.region_anchor",
        "detectors: [{type: weapon, params: {region_anchor: OVERLAP}}]|detectors[0].params.region_anchor",
        "detectors: [{type: weapon, params: {region_anchor: 1}}]|detectors[0].params.region_anchor",
        "detectors: [{type: weapon, params: {region_anchor: overlap, region_overlap: 0}}]|detectors[0].params.region_overlap",
        "detectors: [{type: weapon, params: {region_anchor: overlap, region_overlap: 1.01}}]|detectors[0].params.region_overlap",
        "detectors: [{type: weapon, params: {region_anchor: overlap, region_overlap: half}}]|detectors[0].params.region_overlap",
        "publishers: {s3_bucket: Upper}|publishers.s3_bucket",
        "publishers: {kinesis_stream_name: \"\"}|publishers.kinesis_stream_name",
        "publishers: {dynamodb_table: a}|publishers.dynamodb_table",
        "resources: {device: cuda}|resources.device",
        "resources: {pool: a b}|resources.pool",
        "tags: {a: 1}|tags.a",
        "tags: {a: {b: c}}|tags.a",
        "colour: red|colour"
      })
  void a_wrong_value_is_named_by_its_path(String yaml, String path) {
    String key = yaml.substring(0, yaml.indexOf(':'));
    String base =
        (key.equals("id") ? "" : "id: a\n") + (key.equals("stream_name") ? "" : "stream_name: s\n");

    assertThat(violations(SettingsReader.read(file(base + yaml))))
        .extracting(Violation::path)
        .containsExactly("cameras[0]." + path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fps_target: 0.1",
        "playback: {mode: GETMEDIA, retention_required: false}",
        "playback: {hls: {session_seconds: 300.0}}",
        "regions: [{name: a, polygon: [[0, 0], [1, 0], [1, 1], [0, 0]]}]",
        "regions: [{name: a, polygon: [[0, 0], [0.5, 0], [1, 0], [0, 1]]}]",
        "regions: [{name: a, polygon: [[0, 0], [1, 0], [0.2, 0.2], [0, 1]]}]",
        "detectors: [{type: my own type, model: models/x.onnx}]",
        "detectors: [{type: weapon, confirm: {hits: 7, window: 9}}]",
        "detectors: [{type: weapon, params: {region_anchor: overlap, region_overlap: 1}}]"
      })
  void what_is_right_at_its_edge_is_accepted(String yaml) {
    assertThat(accepted(SettingsReader.read(file(LEAST + yaml))).cameras()).hasSize(1);
  }

  @Test
  void without_retention_nothing_falls_back_to_hls() {
    assertThat(
            camera(LEAST + "playback: {mode: GETMEDIA, retention_required: false}")
                .playback()
                .fallback())
        .isFalse();
  }

  @Test
  void a_mask_is_not_for_one_detector() {
    assertThat(
            problemsOf(
                LEAST
                    + "regions: [{name: yard, kind: mask, polygon: [[0, 0], [1, 0], [0, 1]]}]\n"
                    + "detectors: [{type: weapon, regions: [yard]}, {type: alpr, regions: [yrad]}]"))
        .containsExactly(
            "cameras[0].detectors[0].regions[0] = \"yard\": is a mask, which holds for every"
                + " detector: leave it out here",
            "cameras[0].detectors[1].regions[0] = \"yrad\": must be a region of this camera: yard;"
                + " did you mean yard?");
  }

  @Test
  void region_names_are_unique() {
    assertThat(
            problemsOf(
                LEAST
                    + "regions: [{name: a, polygon: [[0, 0], [1, 0], [0, 1]]},"
                    + " {name: a, polygon: [[0, 0], [1, 0], [0, 1]]}]"))
        .containsExactly(
            "cameras[0].regions[1].name = \"a\": is the name of another region; choose another");
  }

  @Test
  void camera_ids_are_unique_in_a_file() {
    assertThat(
            problems(
                SettingsReader.read(
                    "schema: 1\ncameras: [{id: a, stream_name: s}, {id: a, stream_name: t}]")))
        .containsExactly(
            "cameras[1].id = \"a\": is also cameras[0].id; each camera needs an id of its own");
  }

  @Test
  void the_region_of_an_arn_must_not_be_contradicted() {
    assertThat(problemsOf("id: a\nstream_arn: " + ARN + "\nregion: us-east-1"))
        .containsExactly(
            "cameras[0].region = \"us-east-1\": must be eu-central-1, as stream_arn says, or be"
                + " left out");
  }

  @Test
  void a_type_that_looks_misspelt_is_accepted_with_a_notice() {
    assertThat(notices(SettingsReader.read(file(LEAST + "detectors: [{type: fire-smoke}]"))))
        .containsExactly(
            "cameras[0].detectors[0].type: fire-smoke is not fire_smoke; a detector of your own"
                + " must be called so");
  }

  @Test
  void how_an_object_stands_in_a_region_is_the_detector_s() {
    DetectorSettings unsaid = detector("{}");
    assertThat(unsaid.regionAnchor()).isEqualTo(RegionAnchor.BOTTOM_CENTER);
    assertThat(unsaid.regionOverlap()).isEqualTo(0.5);
    assertThat(detector("{region_anchor: center}").regionAnchor()).isEqualTo(RegionAnchor.CENTER);
    DetectorSettings share = detector("{region_anchor: overlap, region_overlap: 0.25}");
    assertThat(share.regionAnchor()).isEqualTo(RegionAnchor.OVERLAP);
    assertThat(share.regionOverlap()).isEqualTo(0.25);
  }

  private static DetectorSettings detector(String params) {
    return camera(LEAST + "detectors: [{type: weapon, params: " + params + "}]")
        .detectors()
        .getFirst();
  }

  @Test
  void an_overlap_without_effect_is_accepted_with_a_notice() {
    assertThat(
            notices(
                SettingsReader.read(
                    file(LEAST + "detectors: [{type: weapon, params: {region_overlap: 0.2}}]"))))
        .containsExactly(
            "cameras[0].detectors[0].params.region_overlap: has no effect without region_anchor:"
                + " overlap");
  }

  @Test
  void a_camera_without_detectors_is_accepted_with_a_notice() {
    assertThat(notices(SettingsReader.read(file(LEAST))))
        .containsExactly("cameras[0].detectors: none, nothing will be detected");
  }

  @Test
  void a_key_far_from_all_known_ones_is_answered_with_them() {
    assertThat(problemsOf(LEAST + "motion: {whatever: 1}"))
        .containsExactly(
            "cameras[0].motion.whatever = 1: unknown key; known here are enabled, sensitivity,"
                + " heartbeat_seconds");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|must be a map with schema: 1 and cameras",
        "[]|must be a map with schema: 1 and cameras",
        "schema: 1|cameras: is missing: must be a list of cameras",
        "{schema: 1, cameras: []}|cameras: must have at least one camera",
        "{schema: 1, cameras: [a]}|cameras[0] = \"a\": must be a map of keys and values",
        "cameras: [{id: a, stream_name: s}]|schema: is missing: must be 1"
      })
  void a_file_without_its_frame_is_refused(String yaml, String problem) {
    assertThat(problems(SettingsReader.read(yaml))).containsExactly(problem);
  }

  @Test
  void broken_yaml_is_refused_with_its_line() {
    List<Violation> violations =
        violations(SettingsReader.read("schema: 1\ncameras:\n  - id: a\n   stream_name: s\n"));

    assertThat(violations).hasSize(1);
    assertThat(violations.getFirst().path()).isEqualTo("line 4");
    assertThat(violations.getFirst().message()).startsWith("is not YAML: ");
  }

  @Test
  void a_key_given_twice_is_refused_with_its_line() {
    assertThat(problemsOf("id: a\nstream_name: s\nid: b"))
        .containsExactly("cameras[0].id: is given twice, again at line 5; keep one");
  }

  @Test
  void an_alias_is_refused_with_its_line() {
    assertThat(
            problems(
                SettingsReader.read(
                    "schema: 1\ncameras:\n  - &a {id: a, stream_name: s}\n  - *a\n")))
        .containsExactly(
            "cameras[1]: is an alias at line 4; write the value out, or use defaults for all"
                + " cameras");
  }

  @Test
  void a_second_document_is_refused() {
    assertThat(problems(SettingsReader.read(file(LEAST) + "---\nschema: 1\n")))
        .anyMatch(p -> p.contains("must be one document"));
  }

  @Test
  void a_yaml_bomb_is_refused_quickly() {
    String bomb =
        """
        a: &a [x,x,x,x,x,x,x,x,x]
        b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]
        c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]
        d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]
        """;

    assertThat(problems(SettingsReader.read(bomb))).anyMatch(p -> p.contains("is an alias"));
  }

  @Test
  void deep_nesting_is_refused() {
    assertThat(problems(SettingsReader.read("[".repeat(45) + "]".repeat(45))))
        .anyMatch(p -> p.contains("nested too deep"));
    assertThat(problems(SettingsReader.read("[".repeat(100_000)))).hasSizeLessThan(3);
  }

  @Test
  void a_file_that_is_too_long_is_refused() {
    assertThat(problems(SettingsReader.read("#".repeat(SettingsReader.LONGEST_FILE + 1))))
        .containsExactly("is longer than 4194304 characters");
  }

  @Test
  void more_violations_than_one_reads_are_counted() {
    StringBuilder yaml = new StringBuilder(LEAST);
    for (int i = 0; i < 150; i++) {
      yaml.append("zz").append(i).append(": 1\n");
    }

    List<String> problems = problemsOf(yaml.toString());
    assertThat(problems).hasSize(101);
    assertThat(problems.getLast()).isEqualTo("and 50 more violations");
  }

  @Test
  void an_odd_key_cannot_break_out_of_its_message() {
    assertThat(problemsOf(LEAST + "\"a\\nb\\e[31m\": 1").getFirst())
        .startsWith("cameras[0][\"a\\nb\\u001B[31m\"] = 1: unknown key");
  }

  @Test
  void an_item_reads_as_the_camera_of_a_file() {
    Map<String, Object> item =
        Map.of(
            "id",
            "a",
            "stream_name",
            "s",
            "fps_target",
            new BigDecimal("2.5"),
            "playback",
            Map.of("hls", Map.of("session_seconds", new BigDecimal("6E+2"))),
            "detectors",
            List.of(Map.of("type", "weapon", "params", Map.of("skip_frames", BigDecimal.ONE))));

    assertThat(accepted(SettingsReader.readItem(item)))
        .isEqualTo(
            camera(
                LEAST
                    + "fps_target: 2.5\nplayback: {hls: {session_seconds: 600}}\n"
                    + "detectors: [{type: weapon, params: {skip_frames: 1}}]"));
  }

  @Test
  void paths_in_an_item_start_at_the_item() {
    assertThat(
            problems(
                SettingsReader.readItem(Map.of("id", "a", "stream_name", "s", "fps_limit", 0))))
        .containsExactly("fps_limit = 0: must be above 0, at most 120");
  }

  @ParameterizedTest
  @ValueSource(strings = {"models/x.onnx", "x.onnx", "..\\x", "/etc/passwd"})
  void an_item_never_names_a_model_by_a_path(String model) {
    Map<String, Object> item =
        Map.of(
            "id",
            "a",
            "stream_name",
            "s",
            "detectors",
            List.of(Map.of("type", "weapon", "model", model)));

    assertThat(violations(SettingsReader.readItem(item)))
        .extracting(Violation::path, Violation::message)
        .containsExactly(
            tuple(
                "detectors[0].model",
                "must be a model's name in the manifest; a path is for settings files only"));
  }

  @Test
  void a_reader_by_its_path_is_for_files_only() {
    Map<String, Object> item =
        Map.of(
            "id",
            "a",
            "stream_name",
            "s",
            "detectors",
            List.of(
                Map.of(
                    "type",
                    "alpr",
                    "params",
                    Map.of("reader", "r.onnx", "reader_charset", "dict.txt"))));
    assertThat(problems(SettingsReader.readItem(item)))
        .anyMatch(
            p -> p.contains("detectors[0].params.reader = \"r.onnx\": must be a model's name"))
        .anyMatch(p -> p.contains("detectors[0].params.reader_charset"));
    assertThat(
            accepted(
                    SettingsReader.readItem(
                        Map.of(
                            "id",
                            "a",
                            "stream_name",
                            "s",
                            "detectors",
                            List.of(
                                Map.of("type", "alpr", "params", Map.of("reader", "plates-n"))))))
                .detectors())
        .hasSize(1);
  }

  @Test
  void what_no_item_should_hold_is_refused() {
    assertThat(
            problems(
                SettingsReader.readItem(
                    Map.of("id", "a", "stream_name", "s", "tags", new byte[] {1}))))
        .containsExactly("tags: must be text, a number, true, false, a list or a map");
    assertThat(problems(SettingsReader.readItem(IntNode.valueOf(1))))
        .containsExactly("must be a map of keys and values");
  }
}
