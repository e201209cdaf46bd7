/** Counters of the functions. */
@NullMarked
package io.kvsinfer.functions.metrics;

import org.jspecify.annotations.NullMarked;
