package io.kvsinfer.contract.state;

/**
 * Who may publish for a camera. No wall clocks: a taker watches {@code counter} stand still on its
 * own monotonic clock.
 *
 * @param generation + 1 at every take
 * @param owner launch id of the holder
 * @param counter + 1 at every renewal
 * @param released set by a draining worker, or by the scheduler once the holder's task is STOPPED
 */
public record Lease(long generation, String owner, long counter, boolean released) {}
