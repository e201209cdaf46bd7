package io.kvsinfer.worker.detect.plate;

import io.kvsinfer.contract.state.PlateVotes;
import io.kvsinfer.contract.state.PlateVotes.Vote;
import io.kvsinfer.worker.detect.PlateReading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The readings of one vehicle's plate over its frames, of which the weightiest are kept and vote.
 * What wins is a function of them. Not thread-safe.
 */
public final class PlateBallot {
  /** More add nothing but state to the checkpoint. */
  private static final int KEPT = 16;

  private final List<Vote> votes = new ArrayList<>();
  private int reads;

  /** An empty one. */
  public PlateBallot() {}

  /** One taken over from a predecessor. */
  public PlateBallot(@Nullable PlateVotes before) {
    if (before != null) {
      reads = before.reads();
      votes.addAll(before.votes());
    }
  }

  /** A reading votes, unless it read nothing. */
  public void add(PlateReading reading) {
    if (reading.text().isEmpty() || !(reading.weight() > 0)) {
      return;
    }
    reads++;
    insert(new Vote(reading.text(), reading.confidences(), reading.weight()));
  }

  /** Everything that voted there votes here too. */
  public void addAll(PlateBallot other) {
    reads += other.reads;
    other.votes.forEach(this::insert);
  }

  private void insert(Vote vote) {
    int at = votes.size();
    while (at > 0 && votes.get(at - 1).weight() < vote.weight()) {
      at--;
    }
    votes.add(at, vote);
    if (votes.size() > KEPT) {
      votes.removeLast();
    }
  }

  /** How many readings voted. */
  public int reads() {
    return reads;
  }

  /** The text that wins; empty where nothing was read. */
  public Optional<Consensus> winner() {
    return Consensus.of(votes);
  }

  /** For the checkpoint; null where nothing was read. */
  public @Nullable PlateVotes state() {
    return reads == 0 ? null : new PlateVotes(reads, votes);
  }
}
