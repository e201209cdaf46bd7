/** Times as text. */
@NullMarked
package io.kvsinfer.contract.time;

import org.jspecify.annotations.NullMarked;
