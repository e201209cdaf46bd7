/** AWS Lambda on this machine: packaged functions as processes behind the Runtime API. */
@NullMarked
package io.kvsinfer.local.lambda;

import org.jspecify.annotations.NullMarked;
