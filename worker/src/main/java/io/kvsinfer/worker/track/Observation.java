package io.kvsinfer.worker.track;

import io.kvsinfer.contract.geometry.Box;

/**
 * An object in one frame.
 *
 * @param confidence 0..1
 * @param box in any space whose two axes have the same unit, the same in every frame
 */
public record Observation(String label, double confidence, Box box) {}
