/** The models folder and what its manifest says. */
@NullMarked
package io.kvsinfer.worker.detect.manifest;

import org.jspecify.annotations.NullMarked;
