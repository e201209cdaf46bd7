/** The parts as a library. */
@NullMarked
package io.kvsinfer.examples;

import org.jspecify.annotations.NullMarked;
