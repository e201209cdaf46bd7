/** Boxes, points and polygons. */
@NullMarked
package io.kvsinfer.contract.geometry;

import org.jspecify.annotations.NullMarked;
