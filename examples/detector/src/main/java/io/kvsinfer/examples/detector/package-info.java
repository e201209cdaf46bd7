/** A detector of one's own: lamps, headlights, anything bright. */
@NullMarked
package io.kvsinfer.examples.detector;

import org.jspecify.annotations.NullMarked;
