/**
 * Kinesis Video Streams on this machine: control plane, HLS, GetMedia, PutMedia and the archive,
 * fed from clips in real time, on loopback only.
 */
@NullMarked
package io.kvsinfer.local.kvs;

import org.jspecify.annotations.NullMarked;
