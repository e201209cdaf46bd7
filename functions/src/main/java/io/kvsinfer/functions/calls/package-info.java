/** How the functions call AWS, and what a first call needs. */
@NullMarked
package io.kvsinfer.functions.calls;

import org.jspecify.annotations.NullMarked;
