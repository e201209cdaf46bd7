package io.kvsinfer.local.kvs;

/** Which of a fragment's two times a request means; named as in the API. */
enum TimestampType {
  PRODUCER_TIMESTAMP,
  SERVER_TIMESTAMP
}
