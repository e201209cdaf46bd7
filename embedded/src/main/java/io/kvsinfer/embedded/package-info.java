@NullMarked
package io.kvsinfer.embedded;

import org.jspecify.annotations.NullMarked;
