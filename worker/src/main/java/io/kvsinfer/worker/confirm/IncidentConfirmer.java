package io.kvsinfer.worker.confirm;

import io.kvsinfer.contract.event.IncidentEvent.FrameSize;
import io.kvsinfer.contract.event.IncidentEvent.Plate;
import io.kvsinfer.contract.event.IncidentId;
import io.kvsinfer.contract.settings.DetectorSettings;
import io.kvsinfer.contract.settings.RegionSettings;
import io.kvsinfer.contract.state.Checkpoint.OpenIncident;
import io.kvsinfer.contract.state.Checkpoint.QuietPlace;
import io.kvsinfer.media.frame.FrameTime;
import io.kvsinfer.worker.confirm.IncidentChange.Closed;
import io.kvsinfer.worker.confirm.IncidentChange.Opened;
import io.kvsinfer.worker.confirm.IncidentChange.Updated;
import io.kvsinfer.worker.detect.plate.PlateBallot;
import io.kvsinfer.worker.detect.plate.PlateRules;
import io.kvsinfer.worker.track.Track;
import io.kvsinfer.worker.track.Tracker;
import io.kvsinfer.worker.track.TrackerSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns what one detector sees on one camera into incidents, on capture time alone. An object opens
 * one when it counted (large enough, in its regions) in enough of the last looked-at frames and
 * long enough; better evidence updates it; out of sight for a while, it closes. The same looks give
 * the same changes. Not thread-safe.
 */
public final class IncidentConfirmer {
  private static final int MIN_MISSES = 3;
  private static final double OBJECT_GONE_SECONDS = 3;
  private static final double PLACE_GONE_SECONDS = 10;
  private static final double PATIENCE_SECONDS = 10;

  private final String cameraId;
  private final DetectorSettings settings;
  private final Identity identity;
  private final Regions regions;
  private final Sights sights;
  private final Membership membership;
  private final Cooldowns cooldowns;
  private final PlateRules plates;
  private final double goneSeconds;
  private final List<LiveIncident> incidents = new ArrayList<>();

  /**
   * @param regions of the camera
   * @param fps looked-at frames per second that this detector gets
   */
  public IncidentConfirmer(
      String cameraId, DetectorSettings settings, List<RegionSettings> regions, double fps) {
    this.cameraId = cameraId;
    this.settings = settings;
    this.identity = Identity.of(settings.type());
    this.regions = new Regions(regions, settings);
    this.goneSeconds = goneSeconds(identity, settings, fps);
    TrackerSettings association =
        identity == Identity.PLACE
            ? TrackerSettings.loose(goneSeconds)
            : TrackerSettings.objects(goneSeconds);
    this.sights = new Sights(settings, this.regions, new Tracker(association));
    this.membership = new Membership(identity);
    this.cooldowns = new Cooldowns(identity, this.regions, settings.cooldownSeconds());
    this.plates = PlateRules.of(settings);
  }

  /** The same objects, incidents and cooldowns under other settings of the same detector. */
  private IncidentConfirmer(
      IncidentConfirmer before,
      DetectorSettings settings,
      List<RegionSettings> regions,
      double fps) {
    this.cameraId = before.cameraId;
    this.settings = settings;
    this.identity = before.identity;
    this.regions = new Regions(regions, settings);
    this.goneSeconds = goneSeconds(identity, settings, fps);
    this.sights = before.sights.with(settings, this.regions);
    this.membership = before.membership;
    this.cooldowns = before.cooldowns.with(this.regions, settings.cooldownSeconds());
    this.plates = PlateRules.of(settings);
    this.incidents.addAll(before.incidents);
  }

  /**
   * What goes on in this one's place when settings change between two frames. This one is not to be
   * used any more.
   *
   * @param changed of the same detector: its type and name are the same
   * @param regions of the camera
   * @param fps looked-at frames per second that this detector gets
   */
  public IncidentConfirmer with(
      DetectorSettings changed, List<RegionSettings> regions, double fps) {
    return new IncidentConfirmer(this, changed, regions, fps);
  }

  private static double goneSeconds(Identity identity, DetectorSettings settings, double fps) {
    return Math.max(
        identity == Identity.PLACE ? PLACE_GONE_SECONDS : OBJECT_GONE_SECONDS,
        settings.confirm().window() / fps);
  }

  /**
   * Takes over what a predecessor left open and where it had just closed something; what other
   * detectors did is passed over.
   */
  public void restore(List<OpenIncident> open, List<QuietPlace> quiet) {
    open.stream()
        .filter(o -> o.detector().equals(settings.name()))
        .forEach(o -> incidents.add(new LiveIncident(o)));
    quiet.stream().filter(q -> q.detector().equals(settings.name())).forEach(cooldowns::restore);
  }

  /** Incidents open now, oldest first, for the checkpoint of the frames looked at so far. */
  public List<OpenIncident> open() {
    return incidents.stream().map(LiveIncident::open).toList();
  }

  /** Places that are quiet at that capture time and that a successor would know again. */
  public List<QuietPlace> quiet(Instant at) {
    return cooldowns.state(settings.name(), at);
  }

  /** What a looked-at frame changes, in the order in which it is to be published. */
  public List<IncidentChange> look(Look look) {
    List<Sight> seen = sights.of(look);
    for (LiveIncident incident : incidents) {
      incident.beginFrame(sights::alive);
    }
    for (Sight sight : membership.assign(seen, incidents)) {
      if (sights
          .candidate(sight.trackId())
          .confirmed(settings.confirm().hits(), settings.minDurationSeconds(), look.time())) {
        openUnlessKnown(sight);
      }
      keepReading(sight);
    }
    List<IncidentChange> changes = new ArrayList<>();
    FrameSize frame = new FrameSize(look.width(), look.height());
    for (Iterator<LiveIncident> all = incidents.iterator(); all.hasNext(); ) {
      LiveIncident incident = all.next();
      Sight best = incident.endFrame(frame);
      if (best != null) {
        show(incident, best, look, changes);
      } else if (incident.tracks().stream().anyMatch(sights::faint)) {
        incident.held();
      } else if (gone(incident, look.time().capturedAt())) {
        close(incident, look.time().capturedAt(), sizeOf(incident, frame), changes);
        all.remove();
      }
    }
    return changes;
  }

  /**
   * Whether what was seen so far calls for every frame there is, motion or not: something is
   * followed that is not known yet, or moves, or has just gone out of sight. What stands and is
   * known does not, nor does what stood for long without ever being confirmed.
   */
  public boolean engaged() {
    for (LiveIncident incident : incidents) {
      if (incident.misses() > 0 || !incident.stationary()) {
        return true;
      }
    }
    return sights.tracks().stream().anyMatch(this::undecided);
  }

  private boolean undecided(Track track) {
    double seconds = Duration.between(track.firstSeenAt(), track.lastSeenAt()).toNanos() / 1e9;
    boolean waits = !track.stands() || seconds < settings.minDurationSeconds() + PATIENCE_SECONDS;
    return waits
        && sights.candidate(track.id()).pending()
        && incidents.stream().noneMatch(i -> i.has(track.id()))
        && !cooldowns.holds(track.id());
  }

  /**
   * Closes everything: there will be no more frames. Not for a worker that hands over to another.
   *
   * @param last size of the last frame; null when there was none: an incident of an older worker
   *     that does not tell the size of its own stays open then
   */
  public List<IncidentChange> endOfStream(@Nullable FrameSize last) {
    List<IncidentChange> changes = new ArrayList<>();
    for (Iterator<LiveIncident> all = incidents.iterator(); all.hasNext(); ) {
      LiveIncident incident = all.next();
      FrameSize own = incident.frame();
      FrameSize size = own != null ? own : last;
      if (size != null) {
        close(incident, incident.lastSeenAt(), size, changes);
        all.remove();
      }
    }
    return changes;
  }

  private static FrameSize sizeOf(LiveIncident incident, FrameSize otherwise) {
    FrameSize own = incident.frame();
    return own != null ? own : otherwise;
  }

  /** Until a track is an incident, its readings wait with it. */
  private void keepReading(Sight sight) {
    if (sight.reading() != null && incidents.stream().noneMatch(i -> i.has(sight.trackId()))) {
      sights.candidate(sight.trackId()).readings().add(sight.reading());
    }
  }

  private void openUnlessKnown(Sight sight) {
    // Another sight of this frame may just have opened it.
    if (membership.assign(List.of(sight), incidents).isEmpty()) {
      return;
    }
    Candidate candidate = sights.candidate(sight.trackId());
    String plate = text(candidate.readings());
    if (joined(sight, plate, candidate) || cooldowns.quiet(sight, plate)) {
      return;
    }
    FrameTime first = candidate.firstHit();
    String id =
        IncidentId.of(
            cameraId,
            settings.name(),
            sight.label(),
            first.fragmentNumber(),
            first.capturedAt(),
            first.offsetMs(),
            candidate.firstOrdinal());
    IncidentRef ref =
        new IncidentRef(id, settings.name(), settings.type(), sight.label(), first.capturedAt());
    LiveIncident incident = new LiveIncident(ref, sight);
    incident.readings().addAll(candidate.readings());
    incident.seen(sight);
    incidents.add(incident);
  }

  /** A vehicle whose track broke is known by its plate. */
  private boolean joined(Sight sight, String plate, Candidate candidate) {
    for (LiveIncident incident : incidents) {
      if (!plate.isEmpty() && incident.opened() && plate.equals(text(incident.readings()))) {
        incident.readings().addAll(candidate.readings());
        incident.seen(sight);
        return true;
      }
    }
    return false;
  }

  private void show(LiveIncident incident, Sight sight, Look look, List<IncidentChange> changes) {
    boolean opens = !incident.opened();
    Plate plate = plates.plate(incident.readings()).orElse(null);
    String text = plate == null ? "" : plate.text();
    if (!opens && !incident.improvedBy(sight, text)) {
      return;
    }
    Sighting sighting =
        new Sighting(
            look.time(),
            look.width(),
            look.height(),
            sight.box(),
            sight.confidence(),
            regions.names(sight.box()),
            sight.trackId(),
            plate);
    incident.shown(sight, text);
    int sequence = incident.takeSequence();
    changes.add(
        opens
            ? new Opened(incident.ref(), sequence, sighting)
            : new Updated(incident.ref(), sequence, sighting));
  }

  private boolean gone(LiveIncident incident, Instant now) {
    if (!incident.opened() && now.isBefore(incident.lastSeenAt())) {
      // Minted by a predecessor in a frame that is still to be read again.
      return false;
    }
    return incident.misses() >= MIN_MISSES
        && Duration.between(incident.lastSeenAt(), now).abs().toNanos() > goneSeconds * 1e9;
  }

  private void close(
      LiveIncident incident, Instant at, FrameSize frame, List<IncidentChange> changes) {
    // Only what the checkpoint keeps, so that a successor closes it with the same event.
    Sighting last =
        new Sighting(
            new FrameTime(incident.lastSeenAt(), null, null, 0, false, false),
            frame.width(),
            frame.height(),
            incident.box(),
            incident.bestConfidence(),
            regions.names(incident.box()),
            incident.trackId(),
            plates.plate(incident.readings()).orElse(null));
    if (!incident.opened()) {
      changes.add(new Opened(incident.ref(), incident.takeSequence(), last));
    }
    changes.add(new Closed(incident.ref(), incident.takeSequence(), last, incident.lastSeenAt()));
    incident.tracks().forEach(id -> sights.candidate(id).clear());
    cooldowns.closed(incident, text(incident.readings()), at);
  }

  private String text(PlateBallot readings) {
    return plates.plate(readings).map(Plate::text).orElse("");
  }
}
