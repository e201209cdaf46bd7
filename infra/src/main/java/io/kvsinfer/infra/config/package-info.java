/** What an operator may say about a deployment, read and checked. */
@NullMarked
package io.kvsinfer.infra.config;

import org.jspecify.annotations.NullMarked;
