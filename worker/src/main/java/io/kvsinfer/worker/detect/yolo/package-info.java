/** YOLO-like detectors: output layouts, suppression of duplicates, the built-in types. */
@NullMarked
package io.kvsinfer.worker.detect.yolo;

import org.jspecify.annotations.NullMarked;
