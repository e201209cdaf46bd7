/** The CDK app: stacks of state, compute and watch. */
@NullMarked
package io.kvsinfer.infra;

import org.jspecify.annotations.NullMarked;
