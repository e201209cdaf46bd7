/** Files and RTSP, for development. */
@NullMarked
package io.kvsinfer.worker.source.file;

import org.jspecify.annotations.NullMarked;
