/** What reading a stream of KVS needs either way: its control plane, and what its refusals say. */
@NullMarked
package io.kvsinfer.worker.source.kvs;

import org.jspecify.annotations.NullMarked;
