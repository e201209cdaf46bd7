/**
 * HTTP/1.1 on loopback for servers that must also be able to fail: an answer can be reset, broken
 * off or held up at any byte, and a whole one always reaches its client.
 */
@NullMarked
package io.kvsinfer.local.http;

import org.jspecify.annotations.NullMarked;
