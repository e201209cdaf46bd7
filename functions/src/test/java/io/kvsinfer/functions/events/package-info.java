@NullMarked
package io.kvsinfer.functions.events;

import org.jspecify.annotations.NullMarked;
