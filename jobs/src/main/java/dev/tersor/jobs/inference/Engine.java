package dev.tersor.jobs.inference;

import dev.tersor.jobs.config.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;

/** ONNX Runtime, which is not in sweep.jar: it is there, or a message says what brings it. */
public final class Engine {
  private Engine() {}

  /**
   * Loads the engine.
   *
   * @throws UsageException if it is not on the class path, or has no native code for this platform
   */
  public static void check() {
    try {
      OnnxNetwork.load();
    } catch (LinkageError | IllegalStateException e) {
      throw missing(e);
    }
  }

  static OnnxNetwork open(String name, byte[] model) {
    try {
      return new OnnxNetwork(name, model);
    } catch (LinkageError | IllegalStateException e) {
      throw missing(e);
    }
  }

  static OnnxSession session(String name, byte[] model, List<ModelInput> inputs) {
    try {
      return new OnnxSession(name, model, inputs);
    } catch (LinkageError | IllegalStateException e) {
      throw missing(e);
    }
  }

  private static UsageException missing(Throwable e) {
    boolean absent =
        e instanceof NoClassDefFoundError
            && String.valueOf(e.getMessage()).contains("onnxruntime/");
    return new UsageException(
        absent
            ? "accuracy: ONNX Runtime is not on the class path; bin/sweep brings it, spark-submit"
                + " with --packages com.microsoft.onnxruntime:onnxruntime:"
                + version()
            : "accuracy: ONNX Runtime does not load on "
                + System.getProperty("os.name")
                + " "
                + System.getProperty("os.arch")
                + ": "
                + root(e)
                + "; com.microsoft.onnxruntime:onnxruntime:"
                + version()
                + " has native code for linux-x64, linux-aarch64, osx-x64, osx-aarch64, win-x64",
        e);
  }

  private static Throwable root(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = Engine.class.getResourceAsStream("/tersor/version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("onnxruntime");
  }
}
