/** Tests of the Matroska reader and writer: bytes in, events out. */
@NullMarked
package io.kvsinfer.media.mkv;

import org.jspecify.annotations.NullMarked;
