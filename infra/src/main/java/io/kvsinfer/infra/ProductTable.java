package io.kvsinfer.infra;

import io.kvsinfer.contract.table.TableDefinition;
import io.kvsinfer.contract.table.TableDefinition.KeyAttribute;
import io.kvsinfer.contract.table.TableDefinition.ScalarType;
import io.kvsinfer.contract.table.TableDefinition.StreamView;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.BillingMode;
import software.amazon.awscdk.services.dynamodb.GlobalSecondaryIndexProps;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.StreamViewType;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.dynamodb.TableEncryption;
import software.amazon.awscdk.services.kms.IKey;
import software.constructs.Construct;

/** A table as {@code contract} defines it: billed on demand, encrypted, recoverable. */
final class ProductTable extends Construct {
  private final Table table;

  /**
   * @param definition key, indexes, time to live and stream
   * @param name physical name
   * @param key that encrypts it
   * @param keep whether it outlives its stack and cannot be deleted by mistake
   */
  record Props(TableDefinition definition, String name, IKey key, boolean keep) {}

  ProductTable(Construct scope, String id, Props props) {
    super(scope, id);
    TableDefinition definition = props.definition();
    Table.Builder builder =
        Table.Builder.create(this, "Table")
            .tableName(props.name())
            .partitionKey(attribute(definition.partitionKey()))
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .encryption(TableEncryption.CUSTOMER_MANAGED)
            .encryptionKey(props.key())
            .pointInTimeRecoverySpecification(
                PointInTimeRecoverySpecification.builder().pointInTimeRecoveryEnabled(true).build())
            .deletionProtection(props.keep())
            .removalPolicy(props.keep() ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    KeyAttribute sortKey = definition.sortKey();
    if (sortKey != null) {
      builder.sortKey(attribute(sortKey));
    }
    String ttl = definition.ttlAttribute();
    if (ttl != null) {
      builder.timeToLiveAttribute(ttl);
    }
    StreamView view = definition.stream();
    if (view != null) {
      builder.stream(view(view));
    }
    table = builder.build();
    for (TableDefinition.IndexDefinition index : definition.indexes()) {
      table.addGlobalSecondaryIndex(index(index));
    }
  }

  Table table() {
    return table;
  }

  /** ARN of the table's stream. */
  String streamArn() {
    return Objects.requireNonNull(table.getTableStreamArn(), "the table has no stream");
  }

  private static GlobalSecondaryIndexProps index(TableDefinition.IndexDefinition index) {
    GlobalSecondaryIndexProps.Builder builder =
        GlobalSecondaryIndexProps.builder()
            .indexName(index.name())
            .partitionKey(attribute(index.partitionKey()));
    @Nullable KeyAttribute sortKey = index.sortKey();
    if (sortKey != null) {
      builder.sortKey(attribute(sortKey));
    }
    return builder.build();
  }

  private static StreamViewType view(StreamView view) {
    return switch (view) {
      case NEW_IMAGE -> StreamViewType.NEW_IMAGE;
      case NEW_AND_OLD_IMAGES -> StreamViewType.NEW_AND_OLD_IMAGES;
    };
  }

  private static Attribute attribute(KeyAttribute attribute) {
    return Attribute.builder().name(attribute.name()).type(type(attribute.type())).build();
  }

  private static AttributeType type(ScalarType type) {
    return switch (type) {
      case S -> AttributeType.STRING;
      case N -> AttributeType.NUMBER;
    };
  }
}
