package dev.tersor.core.model;

import java.util.Optional;

/** Where the weights of a model can come from. */
public sealed interface WeightSource {
  /**
   * A checkpoint in the user's weights folder.
   *
   * @param path relative to that folder
   */
  record LocalFile(String path) implements WeightSource {}

  /**
   * A checkpoint at a public address.
   *
   * @param sha256 of the file in hexadecimal, where it is known
   */
  record Hub(String url, Optional<String> sha256) implements WeightSource {}

  /**
   * A checkpoint inside a Maven artifact.
   *
   * @param artifact {@code group:artifact:version}
   * @param entry the checkpoint's path in the jar
   */
  record Maven(String artifact, String entry) implements WeightSource {}

  /**
   * A checkpoint inside an npm package.
   *
   * @param packageName {@code name@version}, with its scope if it has one
   * @param entry the checkpoint's path in the package, which begins with {@code package/}
   * @param sha256 of the package's file in hexadecimal, where it is known
   */
  record Npm(String packageName, String entry, Optional<String> sha256) implements WeightSource {}

  /**
   * A network that this project trained and ships.
   *
   * @param name of a safetensors or network file
   */
  record Trained(String name) implements WeightSource {}

  /**
   * Weights drawn by {@link dev.tersor.core.tensor.SyntheticWeights}: exact shapes, not trained.
   *
   * @param seed of this model
   */
  record Synthetic(long seed) implements WeightSource {}
}
