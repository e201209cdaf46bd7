/** Demo scenes the project renders itself, with ground truth known to the frame. */
@NullMarked
package io.kvsinfer.local.scene;

import org.jspecify.annotations.NullMarked;
