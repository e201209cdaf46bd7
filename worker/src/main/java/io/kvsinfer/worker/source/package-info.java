/** Where frames come from. */
@NullMarked
package io.kvsinfer.worker.source;

import org.jspecify.annotations.NullMarked;
