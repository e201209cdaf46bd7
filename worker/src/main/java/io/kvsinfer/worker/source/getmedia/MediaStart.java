package io.kvsinfer.worker.source.getmedia;

import java.time.Instant;

/** Where one connection of GetMedia begins, as KVS's start selectors have it. */
sealed interface MediaStart {

  /** With the newest fragment. */
  record Now() implements MediaStart {}

  /** With the oldest fragment KVS has. */
  record Earliest() implements MediaStart {}

  /** With the fragment after this one. */
  record AfterFragment(String number) implements MediaStart {}

  /** With the fragment after the one that gave this token. */
  record AfterToken(String token) implements MediaStart {}

  /** With the first fragment that KVS received at this time or later. */
  record AtServerTime(Instant time) implements MediaStart {}

  /** With the first fragment that was captured at this time or later. */
  record AtProducerTime(Instant time) implements MediaStart {}
}
