/**
 * The Lambda functions. A handler reads the environment, builds its clients once and hands each
 * invocation to the package of its name.
 */
@NullMarked
package io.kvsinfer.functions;

import org.jspecify.annotations.NullMarked;
