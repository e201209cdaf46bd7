/** What a worker puts on the event stream. */
@NullMarked
package io.kvsinfer.contract.event;

import org.jspecify.annotations.NullMarked;
