/** What scheduler, worker and events function keep about one camera. */
@NullMarked
package io.kvsinfer.contract.state;

import org.jspecify.annotations.NullMarked;
