/** Tests of the CDK app's configuration. */
@NullMarked
package io.kvsinfer.infra.config;

import org.jspecify.annotations.NullMarked;
