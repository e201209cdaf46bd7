package io.kvsinfer.local.ecs;

import org.jspecify.annotations.Nullable;

/**
 * A task whose process runs.
 *
 * @param pid process id on this machine
 */
public record RunningTask(String arn, @Nullable String startedBy, long pid) {}
