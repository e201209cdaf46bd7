package io.kvsinfer.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvsinfer.contract.table.TableDefinition;
import io.kvsinfer.contract.table.Tables;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

final class TableCreatorTest {

  static List<TableDefinition> definitions() {
    return Tables.ALL;
  }

  @ParameterizedTest
  @MethodSource("definitions")
  void a_table_has_what_its_definition_says(TableDefinition definition) {
    String name = definition.name() + UUID.randomUUID();
    TableCreator creator = new TableCreator(TestTables.dynamo());
    String stream = creator.create(definition, name);
    var table = TestTables.dynamo().describeTable(r -> r.tableName(name)).table();
    var ttl = TestTables.dynamo().describeTimeToLive(r -> r.tableName(name));

    assertThat(table.keySchema().getFirst().attributeName())
        .isEqualTo(definition.partitionKey().name());
    assertThat(table.globalSecondaryIndexes()).hasSize(definition.indexes().size());
    assertThat(stream != null).isEqualTo(definition.stream() != null);
    assertThat(ttl.timeToLiveDescription().timeToLiveStatus() == TimeToLiveStatus.ENABLED)
        .isEqualTo(definition.ttlAttribute() != null);
    assertThat(creator.create(definition, name)).isEqualTo(stream);
  }
}
