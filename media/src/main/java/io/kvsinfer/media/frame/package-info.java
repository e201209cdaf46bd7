/** Values shared by sources, decoder and detectors. */
@NullMarked
package io.kvsinfer.media.frame;

import org.jspecify.annotations.NullMarked;
