/** Faults that a server shows on demand: what there is, how it is asked for, when it is due. */
@NullMarked
package io.kvsinfer.local.fault;

import org.jspecify.annotations.NullMarked;
