/** Evidence to S3, then events to Kinesis; the spool between. */
@NullMarked
package io.kvsinfer.worker.publish;

import org.jspecify.annotations.NullMarked;
