/** Tests of the CDK app. */
@NullMarked
package io.kvsinfer.infra;

import org.jspecify.annotations.NullMarked;
