/** Tests of metrics. */
@NullMarked
package io.kvsinfer.contract.metric;

import org.jspecify.annotations.NullMarked;
