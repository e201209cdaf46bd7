/** Metrics as CloudWatch reads them from a log. */
@NullMarked
package io.kvsinfer.contract.metric;

import org.jspecify.annotations.NullMarked;
