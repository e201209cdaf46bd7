package io.kvsinfer.worker.sample;

import io.kvsinfer.media.frame.EncodedFrame;

/** A frame and what becomes of it. */
public record PlannedFrame(EncodedFrame frame, Decision decision) {}
