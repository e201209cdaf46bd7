/** KVS through HLS, by our own fetch. */
@NullMarked
package io.kvsinfer.worker.source.hls;

import org.jspecify.annotations.NullMarked;
