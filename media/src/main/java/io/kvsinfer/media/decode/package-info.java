/** FFmpeg: MP4 demux and mux, decode, scale, JPEG. Nothing native leaves this package. */
@NullMarked
package io.kvsinfer.media.decode;

import org.jspecify.annotations.NullMarked;
