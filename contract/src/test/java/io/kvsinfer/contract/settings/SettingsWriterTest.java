package io.kvsinfer.contract.settings;

import static io.kvsinfer.contract.settings.Reading.accepted;
import static io.kvsinfer.contract.settings.Reading.camera;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsWriterTest {
  private static final String LEAST = "id: a\nstream_name: s\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "playback: {mode: GETMEDIA, retention_required: false}",
        "playback: {preset: aggressive, hls: {reconnect_delay: 0.25}}",
        "playback: {getmedia: {start_selector: SERVER_TIMESTAMP, timestamp: 2026-01-01T00:00:00Z}}",
        "playback: {getmedia: {start_selector: FRAGMENT_NUMBER, fragment_number: \"007\"}}",
        "playback: {getmedia: {start_selector: CONTINUATION_TOKEN, continuation_token: t}}",
        "regions: [{name: b, kind: mask, polygon: [[0, 0], [0.1, 0], [0.7, 1]]}]",
        "detectors: [{type: weapon, confidence_threshold: 0.35}]",
        "detectors: [{type: weapon, confidence_threshold: {gun: 0.5, '*': 0.2}}]",
        "detectors: [{type: weapon, params: {a: [1, 2.5, {b: x}], skip_frames: 1.0, c: 1e30}}]",
        "publishers: {s3_bucket: bbb}\nresources: {pool: p}\ntags: {x: y}"
      })
  void an_item_reads_back_equal(String yaml) throws Exception {
    CameraSettings camera = camera(LEAST + yaml);
    Map<String, Object> item = SettingsWriter.item(camera);

    assertThat(accepted(SettingsReader.readItem(item))).isEqualTo(camera);
    assertThat(
            accepted(
                SettingsReader.readItem(
                    new ObjectMapper().readTree(SettingsWriter.canonicalJson(camera)))))
        .isEqualTo(camera);
  }

  @Test
  void canonical_json_has_every_value_and_sorted_keys() {
    assertThat(SettingsWriter.canonicalJson(camera(LEAST + "detectors: [{type: weapon}]")))
        .isEqualTo(
            "{'catch_up_seconds':300,'detectors':[{'confirm':{'hits':3,'window':5},"
                .concat("'cooldown_seconds':60,'enabled':true,'labels':[],'min_area':0,")
                .concat("'min_duration_seconds':0,'name':'weapon','params':{},'regions':[],")
                .concat("'type':'weapon'}],'enabled':true,'fps_target':5,'id':'a',")
                .concat("'motion':{'enabled':true,'heartbeat_seconds':10,'sensitivity':0.5},")
                .concat("'playback':{'fallback':true,'getmedia':{'chunk_size':65536,")
                .concat("'frame_queue':{'max_size':100,'timeout_seconds':1},")
                .concat("'max_fragment_age_seconds':30,'max_reconnect_attempts':10,")
                .concat("'reconnect_delay_seconds':2,'start_selector':'NOW'},")
                .concat("'hls':{'backoff_multiplier':2,'max_consecutive_errors':10,")
                .concat("'max_reconnect_delay':60,'reconnect_delay':5,'session_seconds':300,")
                .concat("'url_refresh_margin':30},'mode':'HLS','preset':'balanced',")
                .concat("'retention_required':true},'publishers':{},'region':'us-east-1',")
                .concat("'regions':[],'resources':{'device':'auto'},'stream_name':'s',")
                .concat("'tags':{}}")
                .replace('\'', '"'));
  }

  @Test
  void the_revision_is_the_start_of_the_hash_of_the_canonical_json() throws Exception {
    CameraSettings camera = camera(LEAST);
    byte[] hash =
        MessageDigest.getInstance("SHA-256")
            .digest(SettingsWriter.canonicalJson(camera).getBytes(StandardCharsets.UTF_8));

    assertThat(SettingsRevision.of(camera))
        .matches("[0-9a-f]{12}")
        .isEqualTo(HexFormat.of().formatHex(hash, 0, 6));
  }

  @Test
  void the_revision_does_not_depend_on_how_values_are_written() {
    CameraSettings one = camera(LEAST + "fps_target: 5.0\ntags: {a: x, b: y}");
    CameraSettings other = camera("tags: {b: y, a: x}\nfps_limit: 5\n" + LEAST);

    assertThat(SettingsRevision.of(one)).isEqualTo(SettingsRevision.of(other));
  }

  @Test
  void the_revision_changes_with_any_value() {
    assertThat(SettingsRevision.of(camera(LEAST + "fps_target: 5.5")))
        .isNotEqualTo(SettingsRevision.of(camera(LEAST)));
  }

  @Test
  void what_is_no_value_of_settings_is_a_bug() {
    Map<String, Object> odd = Map.of("a", 'x');

    assertThatThrownBy(() -> CanonicalJson.of(odd)).isInstanceOf(IllegalArgumentException.class);
  }
}
