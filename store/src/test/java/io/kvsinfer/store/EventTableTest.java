package io.kvsinfer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import io.kvsinfer.contract.event.EventCodec;
import io.kvsinfer.contract.event.IncidentEvent;
import io.kvsinfer.contract.event.IncidentEvent.Phase;
import io.kvsinfer.contract.table.Tables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

final class EventTableTest {
  private final String table = TestTables.create(Tables.EVENTS);
  private final EventTable events = new EventTable(TestTables.dynamo(), table, Duration.ofDays(30));

  @Test
  void an_event_comes_back_as_it_was() throws Exception {
    IncidentEvent event =
        TestEvents.event(TestEvents.INCIDENT, 0, Phase.OPENED, 0.875, "B-XY 123", TestEvents.START);
    assertThat(events.put(event)).isTrue();
    assertThat(events.query("yard", TimeRange.ALL, 10, null).items()).containsExactly(event);
  }

  @Test
  void fields_of_a_newer_schema_are_kept() throws Exception {
    var tree = EventCodec.tree(TestEvents.event(0, Phase.OPENED, 1));
    tree.set("colour", IntNode.valueOf(3));
    IncidentEvent event = (IncidentEvent) EventCodec.read(tree);
    events.put(event);
    IncidentEvent stored = events.query("yard", TimeRange.ALL, 10, null).items().getFirst();
    assertThat(stored.unknown()).containsOnlyKeys("colour");
  }

  @Test
  void a_repeated_event_is_stored_once() {
    IncidentEvent event = TestEvents.event(0, Phase.OPENED, 0.5);
    assertThat(events.put(event)).isTrue();
    assertThat(events.put(event)).isFalse();
    assertThat(events.query("yard", TimeRange.ALL, 10, null).items()).hasSize(1);
  }

  @Test
  void an_event_expires_after_the_retention() {
    events.put(TestEvents.event(0, Phase.OPENED, 0.5));
    Map<String, AttributeValue> item =
        TestTables.dynamo().scan(request -> request.tableName(table)).items().getFirst();
    assertThat(Items.toTree(item).path("expires_at").longValue())
        .isEqualTo(
            TestEvents.event(0, Phase.OPENED, 0.5)
                .detectedAt()
                .plus(Duration.ofDays(30))
                .getEpochSecond());
  }

  @Test
  void a_range_takes_its_start_and_leaves_its_end_page_by_page() {
    for (int i = 0; i < 5; i++) {
      events.put(TestEvents.event(i, i == 0 ? Phase.OPENED : Phase.UPDATED, 0.5));
    }
    TimeRange range =
        new TimeRange(TestEvents.START.plusSeconds(1), TestEvents.START.plusSeconds(4));
    Page<IncidentEvent> first = events.query("yard", range, 2, null);
    Page<IncidentEvent> second = events.query("yard", range, 2, first.next());
    assertThat(first.items()).extracting(IncidentEvent::sequence).containsExactly(1, 2);
    assertThat(second.items()).extracting(IncidentEvent::sequence).containsExactly(3);
    assertThat(second.next()).isNull();
    assertThat(events.query("attic", TimeRange.ALL, 2, null).items()).isEmpty();
  }

  @Test
  void a_next_of_no_page_and_a_row_of_no_event_are_refused() {
    assertThatThrownBy(() -> events.query("yard", TimeRange.ALL, 2, "bm9uc2Vuc2U"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not the next of a page");
    TestTables.dynamo()
        .putItem(request ->
            request
                .tableName(table)
                .item(
                    Map.of(
                        "camera_id",
                        AttributeValue.fromS("yard"),
                        Tables.EVENTS_SORT_KEY,
                        AttributeValue.fromS("2026-11-21T02:48:00.120Z#x"))));
    assertThatThrownBy(() -> events.query("yard", TimeRange.ALL, 2, null))
        .isInstanceOf(UnreadableItemException.class)
        .hasMessageContaining("event 2026-11-21T02:48:00.120Z#x: schema");
  }

  @Test
  void a_range_ends_after_it_begins() {
    assertThatThrownBy(() -> new TimeRange(TestEvents.START, TestEvents.START))
        .hasMessageContaining("must be before");
    assertThat(TimeRange.since(TestEvents.START).until()).isEqualTo(TimeRange.ALL.until());
  }

  @Test
  void many_events_are_stored_at_once_and_repeating_them_changes_nothing() {
    List<IncidentEvent> many =
        IntStream.range(0, 60).mapToObj(i -> TestEvents.event(i, Phase.UPDATED, 0.5)).toList();
    assertThat(events.putAll(many)).isEmpty();
    List<IncidentEvent> twice = new ArrayList<>(many.subList(0, 10));
    twice.addAll(many.subList(0, 10));
    assertThat(events.putAll(twice)).isEmpty();
    assertThat(events.query("yard", TimeRange.ALL, 100, null).items()).isEqualTo(many);
    assertThat(events.putAll(List.of())).isEmpty();
  }

  @Test
  void what_a_throttled_table_leaves_is_asked_again_and_then_handed_back() {
    List<IncidentEvent> many =
        IntStream.range(0, 30).mapToObj(i -> TestEvents.event(i, Phase.UPDATED, 0.5)).toList();
    ThrottledTable slow = new ThrottledTable(TestTables.dynamo(), 9);
    assertThat(new EventTable(slow, table, Duration.ofDays(30)).putAll(many)).isEmpty();
    assertThat(events.query("yard", TimeRange.ALL, 100, null).items()).isEqualTo(many);
    ThrottledTable full = new ThrottledTable(TestTables.dynamo(), 0);
    assertThat(new EventTable(full, table, Duration.ofDays(30)).putAll(many.subList(3, 5)))
        .isEqualTo(many.subList(3, 5));
  }

  @Test
  void all_events_of_a_camera_are_removed_and_no_others() {
    events.putAll(
        IntStream.range(0, 30).mapToObj(i -> TestEvents.event(i, Phase.UPDATED, 0.5)).toList());
    assertThat(events.count("yard")).isEqualTo(30);
    assertThat(events.deleteAll("yar")).isZero();
    assertThat(events.deleteAll("yard")).isEqualTo(30);
    assertThat(events.count("yard")).isZero();
  }
}
