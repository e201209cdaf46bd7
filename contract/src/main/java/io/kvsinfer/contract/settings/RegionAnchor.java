package io.kvsinfer.contract.settings;

/** What decides whether an object is in a region. */
public enum RegionAnchor {
  /** The middle of its box's lower edge, where it stands. */
  BOTTOM_CENTER,
  /** The middle of its box. */
  CENTER,
  /** The share of its box that the region covers. */
  OVERLAP
}
