@NullMarked
package io.kvsinfer.functions.alerts;

import org.jspecify.annotations.NullMarked;
