@NullMarked
package io.kvsinfer.functions.metrics;

import org.jspecify.annotations.NullMarked;
