@NullMarked
package io.kvsinfer.functions;

import org.jspecify.annotations.NullMarked;
