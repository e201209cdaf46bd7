package io.kvsinfer.worker.source.getmedia;

import java.util.regex.Pattern;

/** Fragment numbers, as KVS's API describes them. */
final class Numbers {
  private static final Pattern FRAGMENT_NUMBER = Pattern.compile("[0-9]{1,128}");

  private Numbers() {}

  static boolean isFragmentNumber(String text) {
    return FRAGMENT_NUMBER.matcher(text).matches();
  }
}
