package io.kvsinfer.worker.source.getmedia;

import io.kvsinfer.media.frame.EncodedFrame;
import io.kvsinfer.worker.source.KvsTags;

/** What an answer of GetMedia says, in its order. */
sealed interface MediaItem {

  /**
   * A fragment begins.
   *
   * @param tags with its number and at least one of its times
   */
  record Begin(KvsTags tags) implements MediaItem {}

  /** A frame of the fragment that was begun. */
  record Frame(EncodedFrame frame) implements MediaItem {}

  /** The fragment that was begun is whole. */
  record Whole(KvsTags tags) implements MediaItem {}

  /** KVS gives up. */
  record Failed(MediaError error) implements MediaItem {}

  /**
   * The answer ended.
   *
   * @param inside in the middle of an element
   */
  record Ended(boolean inside) implements MediaItem {}
}
