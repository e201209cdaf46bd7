package io.kvsinfer.worker.source;

import static io.kvsinfer.worker.source.ConnectionState.CONNECTED;
import static io.kvsinfer.worker.source.ConnectionState.CONNECTING;
import static io.kvsinfer.worker.source.ConnectionState.DISCONNECTED;
import static io.kvsinfer.worker.source.ConnectionState.ERROR;
import static io.kvsinfer.worker.source.ConnectionState.RECONNECTING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionTest {
  private final List<ConnectionState> seen = new ArrayList<>();
  private final Connection connection = new Connection(seen::add);

  @Test
  void it_connects_breaks_and_connects_again() {
    connection.start();
    connection.connected();
    connection.broken("reset");
    connection.connected();
    connection.close();
    assertThat(seen)
        .containsExactly(
            DISCONNECTED, CONNECTING, CONNECTED, RECONNECTING, CONNECTED, DISCONNECTED);
  }

  @Test
  void failed_tries_while_connecting_change_nothing() {
    connection.start();
    connection.broken("reset");
    connection.broken("reset");
    connection.failed();
    assertThat(seen).containsExactly(DISCONNECTED, CONNECTING, ERROR);
  }

  @Test
  void an_error_while_reconnecting_is_final_but_for_close() {
    connection.start();
    connection.connected();
    connection.broken("reset");
    connection.failed();
    connection.connected();
    assertThat(connection.state()).isEqualTo(ERROR);
    connection.close();
    assertThat(connection.state()).isEqualTo(DISCONNECTED);
  }

  @Test
  void why_it_is_broken_is_known_until_media_can_be_read() {
    connection.start();
    assertThat(connection.trouble()).isEmpty();
    connection.broken("the first");
    assertThat(connection.trouble()).contains("the first");
    connection.connected();
    assertThat(connection.trouble()).isEmpty();
    connection.broken("the second");
    connection.broken("the third");
    assertThat(connection.trouble()).contains("the third");
  }

  @Test
  void nothing_happens_before_start_and_after_close() {
    connection.connected();
    connection.failed();
    connection.close();
    connection.start();
    assertThat(seen).containsExactly(DISCONNECTED);
  }

  @Test
  void every_state_has_the_number_that_dashboards_know() {
    assertThat(ConnectionState.values())
        .extracting(ConnectionState::code)
        .containsExactly(0, 1, 2, 3, 4);
  }
}
