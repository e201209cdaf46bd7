@NullMarked
package io.kvsinfer.local.http;

import org.jspecify.annotations.NullMarked;
