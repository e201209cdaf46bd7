@NullMarked
package io.kvsinfer.functions.scheduler;

import org.jspecify.annotations.NullMarked;
