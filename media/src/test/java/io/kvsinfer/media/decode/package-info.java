/** Tests of the FFmpeg part, on real clips and on pictures made here. */
@NullMarked
package io.kvsinfer.media.decode;

import org.jspecify.annotations.NullMarked;
