package io.kvsinfer.contract.geometry;

/**
 * A point. The coordinate space is that of the value that holds it: 0..1 of the picture in events
 * and settings, pixels of the input picture in detections.
 *
 * @param x from the left edge
 * @param y from the top edge
 */
public record Point(double x, double y) {}
