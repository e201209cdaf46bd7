@NullMarked
package io.kvsinfer.cli;

import org.jspecify.annotations.NullMarked;
