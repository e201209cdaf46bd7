package io.kvsinfer.contract.table;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A DynamoDB table, billed on demand.
 *
 * @param name logical name, as {@code cameras}; the environment gives the real one
 * @param sortKey null where the table has none
 * @param ttlAttribute seconds since the epoch; null where nothing expires
 * @param stream what the table's stream carries; null without one
 */
public record TableDefinition(
    String name,
    KeyAttribute partitionKey,
    @Nullable KeyAttribute sortKey,
    List<IndexDefinition> indexes,
    @Nullable String ttlAttribute,
    @Nullable StreamView stream) {
  public TableDefinition {
    indexes = List.copyOf(indexes);
  }

  /** The index of that name. */
  public Optional<IndexDefinition> index(String indexName) {
    return indexes.stream().filter(i -> i.name().equals(indexName)).findFirst();
  }

  /** A key attribute. */
  public record KeyAttribute(String name, ScalarType type) {
    /** A string key. */
    public static KeyAttribute string(String name) {
      return new KeyAttribute(name, ScalarType.S);
    }
  }

  /** DynamoDB's scalar types that keys use. */
  public enum ScalarType {
    S,
    N
  }

  /** What a table stream carries. */
  public enum StreamView {
    NEW_IMAGE,
    NEW_AND_OLD_IMAGES
  }

  /** A global secondary index with all attributes projected. */
  public record IndexDefinition(
      String name, KeyAttribute partitionKey, @Nullable KeyAttribute sortKey) {}
}
