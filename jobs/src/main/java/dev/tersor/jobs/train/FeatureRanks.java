package dev.tersor.jobs.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/** Adds up the ranks of the feature maps of each filter. */
final class FeatureRanks implements TorchNetwork.Observer {
  /** Ranks of a layer's filters, and of how many images. */
  private static final class Sums {
    private final double[] ranks;
    private long images;

    Sums(int filters) {
      this.ranks = new double[filters];
    }
  }

  private final Map<String, Sums> layers = new LinkedHashMap<>();

  @Override
  public void output(String weight, NDArray maps) {
    Shape shape = maps.getShape();
    int images = Math.toIntExact(shape.get(0));
    int filters = Math.toIntExact(shape.get(1));
    boolean isMap = shape.dimension() == 4;
    int height = isMap ? Math.toIntExact(shape.get(2)) : 1;
    int width = isMap ? Math.toIntExact(shape.get(3)) : 1;
    float[] values = maps.toFloatArray();
    Sums sums = layers.computeIfAbsent(weight, name -> new Sums(filters));
    double[][] map = new double[height][width];
    int at = 0;
    for (int image = 0; image < images; image++) {
      for (int filter = 0; filter < filters; filter++) {
        for (double[] row : map) {
          for (int x = 0; x < width; x++) {
            row[x] = values[at++];
          }
        }
        sums.ranks[filter] += rank(map);
      }
    }
    sums.images += images;
  }

  /**
   * The numerical rank: singular values above {@code max(height, width) * 2^-23} of the largest, as
   * PyTorch and NumPy count those of fp32.
   */
  static int rank(double[][] map) {
    double most = 0;
    for (double[] row : map) {
      for (double value : row) {
        most = Math.max(most, Math.abs(value));
      }
    }
    if (most == 0) {
      return 0;
    }
    double[] singular =
        new SingularValueDecomposition(new Array2DRowRealMatrix(map, true)).getSingularValues();
    double least = Math.max(map.length, map[0].length) * Math.ulp(1f) * singular[0];
    int rank = 0;
    for (double value : singular) {
      rank += value > least ? 1 : 0;
    }
    return rank;
  }

  /** The mean rank of each of a layer's feature maps. */
  double[] means(String weight) {
    Sums sums = layers.get(weight);
    double[] means = sums.ranks.clone();
    for (int i = 0; i < means.length; i++) {
      means[i] /= sums.images;
    }
    return means;
  }
}
