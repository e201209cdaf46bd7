/** ONNX Runtime is confined here. */
@NullMarked
package io.kvsinfer.worker.detect.onnx;

import org.jspecify.annotations.NullMarked;
