@NullMarked
package io.kvsinfer.local.kvs;

import org.jspecify.annotations.NullMarked;
