/**
 * Amazon ECS on this machine, as far as worker tasks need it: a task is a process. Clients of the
 * SDK talk to it.
 */
@NullMarked
package io.kvsinfer.local.ecs;

import org.jspecify.annotations.NullMarked;
