package io.kvsinfer.local.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/** AWS's runtime interface client for Java: what runs a handler in Lambda, and here. */
final class RuntimeInterfaceClient {
  /** Its main class; takes the handler. */
  static final String MAIN = AWSLambda.class.getName();

  private RuntimeInterfaceClient() {}

  /** Its jars, taken from this program's own class path. */
  static List<Path> classPath() {
    return List.of(
        jarOf(AWSLambda.class),
        jarOf(Context.class),
        jarOf(PojoSerializer.class),
        jarOf(SdkInternalThreadLocal.class));
  }

  private static Path jarOf(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IllegalStateException("no jar holds " + type.getName());
    }
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("unreadable location of " + type.getName(), e);
    }
  }
}
