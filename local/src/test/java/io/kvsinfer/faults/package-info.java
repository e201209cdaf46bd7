/** What must hold when anything may die or go away at any moment. */
@NullMarked
package io.kvsinfer.faults;

import org.jspecify.annotations.NullMarked;
