package io.kvsinfer.local.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.CodeSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/** AWS's runtime interface client for Java: what runs a handler in Lambda, and here. */
final class RuntimeInterfaceClient {
  /** Its main class; takes the handler. */
  static final String MAIN = AWSLambda.class.getName();

  /** Names the library to load instead of unpacking it. */
  static final String LIBRARY_PROPERTY =
      "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

  private static @Nullable Path library;

  private RuntimeInterfaceClient() {}

  /** Its jars, taken from this program's own class path. */
  static List<Path> classPath() {
    return List.of(
        jarOf(AWSLambda.class),
        jarOf(Context.class),
        jarOf(PojoSerializer.class),
        jarOf(SdkInternalThreadLocal.class));
  }

  /**
   * Its native library, taken out of its jar once. Left to itself, every process writes it to the
   * same file in /tmp, and one that is just loading it dies when another begins to write.
   */
  static synchronized Path nativeLibrary() {
    Path known = library;
    if (known != null && Files.exists(known)) {
      return known;
    }
    String architecture = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
    String resource = "/jni/libaws-lambda-jni.linux-" + architecture + ".so";
    try (InputStream in = AWSLambda.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the runtime interface client has no " + resource);
      }
      Path file = Files.createTempFile("kvs-infer-lambda", ".so");
      file.toFile().deleteOnExit();
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      library = file;
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack " + resource, e);
    }
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
