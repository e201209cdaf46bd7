/** Detections over capture time become tracks; pure. */
@NullMarked
package io.kvsinfer.worker.track;

import org.jspecify.annotations.NullMarked;
