@NullMarked
package io.kvsinfer.local;

import org.jspecify.annotations.NullMarked;
