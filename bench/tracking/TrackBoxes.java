import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kvsinfer.contract.geometry.Box;
import io.kvsinfer.worker.track.Observation;
import io.kvsinfer.worker.track.Track;
import io.kvsinfer.worker.track.Tracker;
import io.kvsinfer.worker.track.TrackerSettings;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the worker's tracker over boxes: a line {at, sure[[x, y, width, height]…], faint[…]} per
 * frame in, a line of track ids per frame out, one for each sure box (0 = none), then one for each
 * faint box.
 */
class TrackBoxes {
  public static void main(String[] args) throws Exception {
    Tracker tracker = new Tracker(TrackerSettings.objects(3));
    ObjectMapper json = new ObjectMapper();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode frame = json.readTree(line);
      List<Observation> sure = boxes(frame.get("sure"));
      List<Observation> faint = boxes(frame.get("faint"));
      long[] ids = new long[sure.size() + faint.size()];
      for (Track track :
          tracker.update(Instant.ofEpochMilli(frame.get("at").asLong()), sure, faint)) {
        if (track.seen()) {
          ids[track.observation()] = track.id();
        } else if (track.faint()) {
          for (int i = 0; i < faint.size(); i++) {
            if (faint.get(i).box().equals(track.box())) {
              ids[sure.size() + i] = track.id();
            }
          }
        }
      }
      System.out.println(json.writeValueAsString(ids));
    }
  }

  private static List<Observation> boxes(JsonNode list) {
    List<Observation> boxes = new ArrayList<>();
    for (JsonNode b : list) {
      Box box =
          new Box(
              b.get(0).asDouble(), b.get(1).asDouble(), b.get(2).asDouble(), b.get(3).asDouble());
      boxes.add(new Observation("vehicle", 0.9, box));
    }
    return boxes;
  }
}
