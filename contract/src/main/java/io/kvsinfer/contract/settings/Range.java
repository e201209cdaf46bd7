package io.kvsinfer.contract.settings;

import java.math.BigDecimal;

/**
 * Numbers that are allowed.
 *
 * @param above whether {@code least} itself is too small
 */
record Range(BigDecimal least, boolean above, BigDecimal most) {
  static final Range SHARE = of(0, 1);

  static Range of(double least, double most) {
    return new Range(BigDecimal.valueOf(least), false, BigDecimal.valueOf(most));
  }

  static Range above(double least, double most) {
    return new Range(BigDecimal.valueOf(least), true, BigDecimal.valueOf(most));
  }

  boolean contains(BigDecimal value) {
    int low = value.compareTo(least);
    return (above ? low > 0 : low >= 0) && value.compareTo(most) <= 0;
  }

  @Override
  public String toString() {
    return (above ? "above " + plain(least) + ", at most " : "from " + plain(least) + " to ")
        + plain(most);
  }

  private static String plain(BigDecimal value) {
    return value.stripTrailingZeros().toPlainString();
  }
}
