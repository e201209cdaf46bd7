package io.kvsinfer.infra;

import io.kvsinfer.infra.config.Configuration;
import io.kvsinfer.infra.config.ConfigurationException;
import io.kvsinfer.infra.config.ConfigurationReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Tags;
import software.constructs.Construct;

/** The CDK app. {@code cdk.json} starts it by {@code infra/synth}. */
public final class InfraApp {
  private InfraApp() {}

  /**
   * Synthesises the stacks of the environment that the context chooses.
   *
   * @param arguments the repository's folder, {@code .} unless given
   */
  public static void main(String[] arguments) {
    Path repository = Path.of(arguments.length == 0 ? "." : arguments[0]).toAbsolutePath();
    App app = new App();
    Configuration configuration;
    try {
      configuration = ConfigurationReader.read(key -> context(app, key));
      require(repository, configuration);
    } catch (ConfigurationException | IllegalStateException e) {
      System.err.println("kvs-infer: " + e.getMessage());
      System.exit(1);
      return;
    }
    build(app, configuration, repository.normalize());
    app.synth();
  }

  /**
   * Makes the stacks.
   *
   * @param repository folder of the functions' jar, the images and the Prometheus rules
   */
  static Stacks build(Construct scope, Configuration configuration, Path repository) {
    String prefix = "KvsInfer-" + configuration.environment() + "-";
    StateStack state =
        new StateStack(scope, prefix + "State", props(configuration, "state"), configuration);
    Prometheus prometheus =
        configuration.watch().prometheus()
            ? new Prometheus(state, "Prometheus", configuration, state.key(), repository)
            : null;
    ComputeStack compute =
        new ComputeStack(
            scope,
            prefix + "Compute",
            props(configuration, "compute"),
            new ComputeStack.Props(configuration, state, prometheus, repository.toString()));
    WatchStack watch =
        new WatchStack(
            scope, prefix + "Watch", props(configuration, "watch"), configuration, state, compute);
    for (Construct stack : List.of(state, compute, watch)) {
      Tags.of(stack).add("application", "kvs-infer");
      Tags.of(stack).add("environment", configuration.environment());
      configuration.tags().forEach((key, value) -> Tags.of(stack).add(key, value));
    }
    return new Stacks(state, compute, watch);
  }

  /** The stacks of one environment. */
  record Stacks(StateStack state, ComputeStack compute, WatchStack watch) {}

  private static StackProps props(Configuration configuration, String what) {
    return StackProps.builder()
        // Account and region together would ask AWS for its zones; synthesis needs no account.
        .env(Environment.builder().region(configuration.region()).build())
        .description("kvs-infer " + configuration.environment() + ": " + what)
        .terminationProtection(configuration.production() && what.equals("state"))
        .build();
  }

  private static void require(Path repository, Configuration configuration) {
    Path jar = repository.resolve(configuration.functionsJar());
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException(
          "there is no "
              + configuration.functionsJar()
              + ": build first, by mvn -B -Dquick -DskipTests package");
    }
  }

  private static @Nullable Object context(App app, String key) {
    return app.getNode().tryGetContext(key);
  }
}
