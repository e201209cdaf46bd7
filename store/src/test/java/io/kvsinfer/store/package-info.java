@NullMarked
package io.kvsinfer.store;

import org.jspecify.annotations.NullMarked;
