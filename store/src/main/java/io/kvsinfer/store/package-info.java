/**
 * The tables, the lease and the keys of the media bucket, over AWS clients that the caller gives.
 * The shapes are those of {@code io.kvsinfer.contract}.
 */
@NullMarked
package io.kvsinfer.store;

import org.jspecify.annotations.NullMarked;
