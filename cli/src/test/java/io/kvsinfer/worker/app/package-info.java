/** What the worker does with a frame, beside what the command does with it. */
@NullMarked
package io.kvsinfer.worker.app;

import org.jspecify.annotations.NullMarked;
