/** One worker task per enabled camera: compares what is asked for with what runs, and acts. */
@NullMarked
package io.kvsinfer.functions.scheduler;

import org.jspecify.annotations.NullMarked;
