package io.kvsinfer.worker.source.getmedia;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An error that KVS put into an answer after it had begun well, in tags {@code ERROR_ID} and {@code
 * ERROR_CODE}, each in a sentence that tells an operator what to do (KVS API reference, GetMedia).
 *
 * @param id as KVS counts them, 0 where it is none
 * @param sentence begins with a verb; the stream's name stands before it
 * @param permanent whether trying again is of no use until somebody changes something
 */
record MediaError(int id, String sentence, boolean permanent) {
  /** The fragment to go on after, or to begin with, is not there any more. */
  static final int FRAGMENT_NOT_FOUND = 4000;

  private static final int LONGEST_CODE = 60;

  /** What the tags say. */
  static MediaError of(@Nullable String id, @Nullable String code) {
    int number = number(id);
    String said = "(KVS error %s)".formatted(words(id, code));
    return switch (number) {
      case 3002 -> passing(number, "could not be sent any further by KVS " + said);
      case FRAGMENT_NOT_FOUND ->
          passing(number, "no longer has the fragment that reading was to go on after " + said);
      case 4500 ->
          permanent(
              number,
              "is encrypted with a KMS key that these credentials may not use: allow kms:Decrypt on"
                  + " it "
                  + said);
      case 4501 ->
          permanent(number, "is encrypted with a KMS key that is disabled: enable it " + said);
      case 4502 ->
          permanent(
              number,
              "is encrypted with a KMS key that failed its validation: check the stream's key "
                  + said);
      case 4503 ->
          passing(number, "is encrypted with a KMS key that is not available just now " + said);
      case 4504 ->
          permanent(
              number,
              "is encrypted with a KMS key that is not for encrypting and decrypting: give the stream"
                  + " another "
                  + said);
      case 4505 ->
          permanent(
              number,
              "is encrypted with a KMS key in a state that forbids its use, such as pending deletion"
                  + " "
                  + said);
      case 4506 ->
          permanent(
              number,
              "is encrypted with a KMS key that is not found: was it deleted, or is it of another"
                  + " account? "
                  + said);
      case 5000 -> passing(number, "met a fault inside KVS " + said);
      default -> passing(number, "was ended by an error that is not in KVS's documents " + said);
    };
  }

  private static MediaError passing(int id, String sentence) {
    return new MediaError(id, sentence, false);
  }

  private static MediaError permanent(int id, String sentence) {
    return new MediaError(id, sentence, true);
  }

  private static int number(@Nullable String id) {
    try {
      return id == null ? 0 : Integer.parseInt(id.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Id and code as the tags spell them, cut and without anything unprintable. */
  private static String words(@Nullable String id, @Nullable String code) {
    String text = (id == null ? "" : id) + (code == null ? "" : " " + code);
    String cut = text.substring(0, Math.min(LONGEST_CODE, text.length()));
    return cut.replaceAll("[^ -~]", "?").strip().toUpperCase(Locale.ROOT);
  }
}
