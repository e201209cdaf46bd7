/** Plates: what is cut out, read, voted on and compared with patterns and lists. */
@NullMarked
package io.kvsinfer.worker.detect.plate;

import org.jspecify.annotations.NullMarked;
