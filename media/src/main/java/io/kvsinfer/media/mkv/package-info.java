/** Streaming Matroska reader and writer: no AWS, no FFmpeg. */
@NullMarked
package io.kvsinfer.media.mkv;

import org.jspecify.annotations.NullMarked;
