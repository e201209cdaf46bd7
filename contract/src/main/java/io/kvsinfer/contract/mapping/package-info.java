/** Event source mappings as plain values, read by infra and local alike. */
@NullMarked
package io.kvsinfer.contract.mapping;

import org.jspecify.annotations.NullMarked;
