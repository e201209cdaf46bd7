package io.kvsinfer.contract.state;

import java.time.Instant;

/**
 * What the scheduler last noted of a lease, to see a counter that stands still.
 *
 * @param launch launch id of the worker watched
 * @param counter the lease's counter when noted
 * @param since when that counter was first seen
 */
public record Watch(String launch, long counter, Instant since) {}
