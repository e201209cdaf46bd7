/** Table definitions as plain values, read by infra, local and tests alike. */
@NullMarked
package io.kvsinfer.contract.table;

import org.jspecify.annotations.NullMarked;
