/** Tracks become incidents; pure. */
@NullMarked
package io.kvsinfer.worker.confirm;

import org.jspecify.annotations.NullMarked;
