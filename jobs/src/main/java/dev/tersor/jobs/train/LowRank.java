package dev.tersor.jobs.train;

import dev.tersor.core.encode.NetworkFile;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * The truncated singular value decomposition that Deep Compression compares itself with (Figures 10
 * and 11): each weight matrix as a product of two thin ones, stored as numbers. A convolution is
 * the matrix of its filters.
 */
final class LowRank {
  private static final String LEFT = ".left";
  private static final String RIGHT = ".right";

  private LowRank() {}

  /**
   * Stores a network and reads it again.
   *
   * @param values of every parameter
   * @param names of the tensors that are decomposed
   * @param share of the sum of squared singular values that stays, so that a small matrix all of
   *     whose singular values matter keeps them
   * @param bits of a number, 32 or 16
   */
  static StoredNetwork store(
      List<Parameter> parameters,
      Map<String, float[]> values,
      Set<String> names,
      double share,
      int bits) {
    boolean half = bits <= 16;
    List<NetworkTensor> tensors = new ArrayList<>();
    for (Parameter parameter : parameters) {
      String name = parameter.name();
      float[] value = values.get(name);
      if (names.contains(name)) {
        tensors.addAll(factors(name, parameter.shape(), value, share, half));
      } else {
        tensors.add(new NetworkTensor.Plain(name, parameter.shape(), value, half));
      }
    }
    NetworkFile.Written written = NetworkFile.write(tensors);
    Map<String, NetworkTensor> read = new LinkedHashMap<>();
    NetworkFile.read(written.bytes()).forEach(tensor -> read.put(tensor.name(), tensor));
    Map<String, float[]> decoded = new LinkedHashMap<>();
    List<StoredNetwork.Layer> layers = new ArrayList<>();
    int at = 0;
    for (Parameter parameter : parameters) {
      String name = parameter.name();
      if (names.contains(name)) {
        NetworkTensor left = read.get(name + LEFT);
        NetworkTensor right = read.get(name + RIGHT);
        decoded.put(name, product(left, right));
        long bytes = (long) written.tensorBytes().get(at) + written.tensorBytes().get(at + 1);
        layers.add(
            new StoredNetwork.Layer(
                name,
                parameter.shape().size(),
                left.shape().size() + right.shape().size(),
                bits,
                "svd",
                bytes));
        at += 2;
      } else {
        decoded.put(name, read.get(name).values());
        at++;
      }
    }
    return new StoredNetwork(written.bytes(), decoded, layers);
  }

  private static List<NetworkTensor> factors(
      String name, Shape shape, float[] value, double share, boolean half) {
    int rows = Math.toIntExact(shape.rows());
    int columns = Math.toIntExact(shape.rowLength());
    RealMatrix matrix = new Array2DRowRealMatrix(rows, columns);
    for (int i = 0; i < value.length; i++) {
      matrix.setEntry(i / columns, i % columns, value[i]);
    }
    SingularValueDecomposition parts = new SingularValueDecomposition(matrix);
    int rank = rank(parts.getSingularValues(), share);
    float[] left = new float[rows * rank];
    float[] right = new float[rank * columns];
    for (int r = 0; r < rank; r++) {
      double root = Math.sqrt(parts.getSingularValues()[r]);
      for (int i = 0; i < rows; i++) {
        left[i * rank + r] = (float) (parts.getU().getEntry(i, r) * root);
      }
      for (int j = 0; j < columns; j++) {
        right[r * columns + j] = (float) (parts.getV().getEntry(j, r) * root);
      }
    }
    return List.of(
        new NetworkTensor.Plain(name + LEFT, Shape.of(rows, rank), left, half),
        new NetworkTensor.Plain(name + RIGHT, Shape.of(rank, columns), right, half));
  }

  /** The least rank that keeps a share of the squares. */
  private static int rank(double[] singular, double share) {
    double all = 0;
    for (double value : singular) {
      all += value * value;
    }
    double kept = 0;
    int rank = 0;
    while (rank < singular.length && (rank == 0 || kept < share * all)) {
      kept += singular[rank] * singular[rank];
      rank++;
    }
    return rank;
  }

  private static float[] product(NetworkTensor left, NetworkTensor right) {
    int rows = Math.toIntExact(left.shape().dim(0));
    int rank = Math.toIntExact(left.shape().dim(1));
    int columns = Math.toIntExact(right.shape().dim(1));
    float[] a = left.values();
    float[] b = right.values();
    float[] product = new float[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int r = 0; r < rank; r++) {
        float factor = a[i * rank + r];
        for (int j = 0; j < columns; j++) {
          product[i * columns + j] += factor * b[r * columns + j];
        }
      }
    }
    return product;
  }
}
