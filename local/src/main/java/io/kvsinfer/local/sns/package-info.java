/** Amazon SNS on this machine: messages become lines of a file. */
@NullMarked
package io.kvsinfer.local.sns;

import org.jspecify.annotations.NullMarked;
