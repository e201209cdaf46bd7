package io.kvsinfer.contract.table;

import io.kvsinfer.contract.table.TableDefinition.IndexDefinition;
import io.kvsinfer.contract.table.TableDefinition.KeyAttribute;
import io.kvsinfer.contract.table.TableDefinition.StreamView;
import java.util.List;

/** The tables of the product. */
public final class Tables {
  /** Settings, written by operators only. */
  public static final TableDefinition CAMERAS =
      new TableDefinition(
          "cameras",
          KeyAttribute.string("id"),
          null,
          List.of(),
          null,
          StreamView.NEW_AND_OLD_IMAGES);

  /** What the system knows of each camera. */
  public static final TableDefinition CAMERA_STATE =
      new TableDefinition(
          "camera_state", KeyAttribute.string("camera_id"), null, List.of(), null, null);

  /** Sort key of {@link #EVENTS}: {@code captured_at#event_id}. */
  public static final String EVENTS_SORT_KEY = "captured_at#event_id";

  /** Events as archived. */
  public static final TableDefinition EVENTS =
      new TableDefinition(
          "events",
          KeyAttribute.string("camera_id"),
          KeyAttribute.string(EVENTS_SORT_KEY),
          List.of(),
          "expires_at",
          null);

  /**
   * Incidents, merged by highest sequence. {@code by_day} has {@code day} (captured day of the
   * start), {@code open} is sparse: only open incidents have its key {@code open} = camera id.
   */
  public static final TableDefinition INCIDENTS =
      new TableDefinition(
          "incidents",
          KeyAttribute.string("incident_id"),
          null,
          List.of(
              index("by_camera", "camera_id"),
              index("by_day", "day"),
              index("by_plate", "plate_text"),
              index("open", "open")),
          "expires_at",
          StreamView.NEW_AND_OLD_IMAGES);

  /** All of them. */
  public static final List<TableDefinition> ALL = List.of(CAMERAS, CAMERA_STATE, EVENTS, INCIDENTS);

  private Tables() {}

  private static IndexDefinition index(String name, String key) {
    return new IndexDefinition(name, KeyAttribute.string(key), KeyAttribute.string("started_at"));
  }
}
