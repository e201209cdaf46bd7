/** Detectors and their registry. */
@NullMarked
package io.kvsinfer.worker.detect;

import org.jspecify.annotations.NullMarked;
