/** Which frames are looked at; the one place that drops frames on purpose. */
@NullMarked
package io.kvsinfer.worker.sample;

import org.jspecify.annotations.NullMarked;
