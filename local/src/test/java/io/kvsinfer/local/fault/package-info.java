@NullMarked
package io.kvsinfer.local.fault;

import org.jspecify.annotations.NullMarked;
