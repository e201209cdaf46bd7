/** Composition, settings, metrics and health endpoints, shutdown. */
@NullMarked
package io.kvsinfer.worker.app;

import org.jspecify.annotations.NullMarked;
