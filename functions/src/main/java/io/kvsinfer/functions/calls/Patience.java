package io.kvsinfer.functions.calls;

import java.time.Duration;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * How long a function waits for AWS, so that a service that takes a connection and says nothing
 * ends as an error of that call, well before the invocation itself is over.
 *
 * @param connect until there is a connection
 * @param read without a byte of the answer
 * @param attempt one try of a call, a trickling answer included
 * @param call all tries of a call and the waits between them
 * @param attempts tries of a call at most
 */
public record Patience(
    Duration connect, Duration read, Duration attempt, Duration call, int attempts) {
  /** What the product runs with. */
  public static final Patience DEFAULT =
      new Patience(
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(6),
          Duration.ofSeconds(14),
          3);

  /**
   * An invocation that has less time than this begins nothing more: a call that hangs then, and the
   * answer of the function, still fit into it.
   */
  public static final Duration LAST_BEGIN = DEFAULT.call().plusSeconds(6);

  /** A client with this patience, whose errors name the call that got no answer. */
  public <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(B builder) {
    return builder
        .httpClientBuilder(defaults ->
            new DeclaredErrors(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(connect)
                    .socketTimeout(read)
                    .buildWithDefaults(defaults)))
        .overrideConfiguration(configuration ->
            configuration
                .apiCallAttemptTimeout(attempt)
                .apiCallTimeout(call)
                .retryStrategy(retries -> retries.maxAttempts(attempts))
                .addExecutionInterceptor(new NamedErrors()))
        .build();
  }
}
