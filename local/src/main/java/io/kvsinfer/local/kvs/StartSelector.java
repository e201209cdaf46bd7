package io.kvsinfer.local.kvs;

import java.time.Instant;
import java.util.List;

/** Where an answer of GetMedia begins. */
sealed interface StartSelector {
  /** The newest fragment, also while it comes in, then what follows. */
  record Now() implements StartSelector {}

  record Earliest() implements StartSelector {}

  /** The fragment after this one: by fragment number or continuation token. */
  record After(String fragmentNumber) implements StartSelector {}

  /** The first fragment that reaches beyond this time. */
  record At(TimestampType type, Instant time) implements StartSelector {}

  static StartSelector of(ApiRequest call) {
    ApiRequest selector =
        call.object("StartSelector")
            .orElseThrow(() -> ApiException.invalid("StartSelector is missing."));
    String type = selector.required("StartSelectorType");
    return switch (type) {
      case "NOW" -> new Now();
      case "EARLIEST" -> new Earliest();
      case "FRAGMENT_NUMBER" -> new After(number(selector, "AfterFragmentNumber"));
      case "CONTINUATION_TOKEN" -> new After(number(selector, "ContinuationToken"));
      case "PRODUCER_TIMESTAMP", "SERVER_TIMESTAMP" ->
          new At(
              TimestampType.valueOf(type),
              selector
                  .time("StartTimestamp")
                  .orElseThrow(() -> ApiException.invalid("StartTimestamp is missing.")));
      default ->
          throw ApiException.invalid(
              "StartSelectorType must be NOW, EARLIEST, FRAGMENT_NUMBER, CONTINUATION_TOKEN,"
                  + " PRODUCER_TIMESTAMP or SERVER_TIMESTAMP.");
    };
  }

  private static String number(ApiRequest selector, String name) {
    String number = selector.required(name);
    if (!FragmentNumbers.isNumber(number)) {
      throw ApiException.invalid(name + " must be a fragment number: decimal digits.");
    }
    return number;
  }

  /** The number after which the answer begins; "0" is before all. */
  default String after(FragmentStore store) {
    List<Fragment> all = store.all();
    return switch (this) {
      case Earliest e -> "0";
      case After after -> after.fragmentNumber();
      case Now now -> {
        int before = all.size() - (store.growing() ? 1 : 2);
        yield before < 0 ? "0" : all.get(before).number();
      }
      case At at -> {
        String last = "0";
        for (Fragment fragment : all) {
          Instant end = fragment.timestamp(at.type()).plusNanos(fragment.durationUs() * 1000);
          if (end.isAfter(at.time())) {
            break;
          }
          last = fragment.number();
        }
        yield last;
      }
    };
  }
}
