/** Test support. */
@NullMarked
package io.kvsinfer.testkit;

import org.jspecify.annotations.NullMarked;
