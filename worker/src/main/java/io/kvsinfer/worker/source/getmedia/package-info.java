/** KVS through GetMedia, frame by frame as they come. */
@NullMarked
package io.kvsinfer.worker.source.getmedia;

import org.jspecify.annotations.NullMarked;
