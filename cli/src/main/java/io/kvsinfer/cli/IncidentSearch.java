package io.kvsinfer.cli;

import io.kvsinfer.contract.time.Timestamps;
import io.kvsinfer.store.Incident;
import io.kvsinfer.store.IncidentTable;
import io.kvsinfer.store.Page;
import io.kvsinfer.store.TimeRange;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Looks for incidents, newest first, by the index that fits what is asked for. */
final class IncidentSearch {
  private static final int PAGE = 100;

  private final IncidentTable table;
  private final IncidentFilter filter;
  private final TimeRange range;
  private final LocalDate lastDay;

  /**
   * A search.
   *
   * @param now for times that are so long ago
   */
  IncidentSearch(IncidentTable table, IncidentFilter filter, Instant now) {
    this.table = table;
    this.filter = filter;
    this.range = filter.range(now);
    this.lastDay = now.atOffset(ZoneOffset.UTC).toLocalDate().plusDays(1);
  }

  /** One question to the table, asked page by page. */
  private interface Query {
    Page<Incident> page(@Nullable String next);
  }

  /**
   * Some of what is asked for.
   *
   * @param limit of incidents
   * @param page of the answer before; null for the first
   * @throws IllegalArgumentException when {@code page} is none
   */
  Page<Incident> some(int limit, @Nullable String page) {
    Place place = page == null ? null : Place.of(page);
    List<Incident> found = new ArrayList<>();
    // One more than wanted tells whether there is a next page.
    each(
        place,
        incident -> {
          found.add(incident);
          return found.size() <= limit;
        });
    if (found.size() <= limit) {
      return new Page<>(found, null);
    }
    found.removeLast();
    return new Page<>(found, Place.after(found, place).token());
  }

  /** All of it, until {@code more} says no. */
  void all(Predicate<Incident> more) {
    each(null, more);
  }

  private void each(@Nullable Place place, Predicate<Incident> more) {
    TimeRange rest = range;
    if (place != null) {
      Instant until = place.at.plusMillis(1);
      if (!range.from().isBefore(until)) {
        return;
      }
      rest = new TimeRange(range.from(), until);
    }
    for (Query query : queries(rest)) {
      String next = null;
      do {
        Page<Incident> answer = query.page(next);
        for (Incident incident : answer.items()) {
          boolean shown = place != null && place.shown(incident);
          if (filter.takes(incident) && !shown && !more.test(incident)) {
            return;
          }
        }
        next = answer.next();
      } while (next != null);
    }
  }

  private List<Query> queries(TimeRange within) {
    String plate = filter.plate;
    if (plate != null) {
      return List.of(next -> table.ofPlate(plate, within, PAGE, next));
    }
    String camera = filter.camera;
    if (camera != null) {
      return List.of(next -> table.ofCamera(camera, within, PAGE, next));
    }
    List<Query> days = new ArrayList<>();
    LocalDate first = within.from().atOffset(ZoneOffset.UTC).toLocalDate();
    LocalDate end = within.until().minusMillis(1).atOffset(ZoneOffset.UTC).toLocalDate();
    for (LocalDate day = end.isBefore(lastDay) ? end : lastDay;
        !day.isBefore(first);
        day = day.minusDays(1)) {
      LocalDate one = day;
      days.add(next -> table.ofDay(one, within, PAGE, next));
    }
    return days;
  }

  /**
   * Where a page ended.
   *
   * @param at start of its last incident
   * @param ids shown of those that started then
   */
  private record Place(Instant at, Set<String> ids) {
    static Place after(List<Incident> page, @Nullable Place before) {
      Instant at = page.getLast().startedAt();
      Set<String> ids = new TreeSet<>();
      if (before != null && before.at.equals(at)) {
        ids.addAll(before.ids);
      }
      page.stream()
          .filter(incident -> incident.startedAt().equals(at))
          .forEach(incident -> ids.add(incident.incidentId()));
      return new Place(at, ids);
    }

    static Place of(String token) {
      try {
        byte[] bytes = Base64.getUrlDecoder().decode(token);
        String[] parts = new String(bytes, StandardCharsets.UTF_8).split(",", -1);
        return new Place(Timestamps.parse(parts[0]), new TreeSet<>(List.of(parts)));
      } catch (DateTimeException e) {
        throw new IllegalArgumentException("not a page", e);
      }
    }

    boolean shown(Incident incident) {
      return incident.startedAt().equals(at) && ids.contains(incident.incidentId());
    }

    String token() {
      String text = Timestamps.format(at) + "," + String.join(",", ids);
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
