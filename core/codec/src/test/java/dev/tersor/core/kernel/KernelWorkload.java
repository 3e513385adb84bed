package dev.tersor.core.kernel;

import dev.tersor.core.bits.IncubatorModule;
import dev.tersor.core.encode.Container;
import dev.tersor.core.encode.Recipe;
import dev.tersor.core.tensor.Centroids;
import dev.tersor.core.tensor.Codebook;
import dev.tersor.core.tensor.Codes;
import dev.tersor.core.tensor.Shape;
import dev.tersor.core.tensor.Step;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * What kernels with the Vector API are for, on weights and inputs that are whole numbers, of which
 * sums are exact in any order: whatever kernels run, the checksums are the same.
 */
public final class KernelWorkload {
  /** Parts of the work, by the packages whose kernels they use. */
  public static final List<String> PARTS = List.of("index", "kernel", "symbol", "wavelet");

  private KernelWorkload() {}

  /** Prints the checksum of each part, and of each vector class whether it is taken. */
  public static void main(String[] args) {
    for (String part : PARTS) {
      System.out.printf("%s %08x%n", part, checksum(part));
    }
    for (VectorClass vectors : VectorClass.all()) {
      System.out.printf(
          "%s %s %s%n", vectors.name(), vectors.isTaken() ? "taken" : "left", vectors.missing());
    }
    System.out.println("module " + IncubatorModule.isPresent());
  }

  /** A checksum of all bytes and numbers that come out. */
  public static long checksum(String part) {
    CRC32C crc = new CRC32C();
    switch (part) {
      case "index" -> groups(crc);
      case "kernel" -> products(crc);
      case "symbol" -> chunks(crc);
      case "wavelet" -> trees(crc);
      default -> throw new IllegalArgumentException(part);
    }
    return crc.getValue();
  }

  private static Codes codes(int rows, int columns, int bits, double density, boolean table) {
    SplittableRandom random = new SplittableRandom(rows + bits);
    byte[] codes = new byte[rows * columns];
    for (int i = 0; i < codes.length; i++) {
      int code = 1 + random.nextInt((1 << bits) - 1);
      boolean lowest = code == 1 << (bits - 1);
      codes[i] = (byte) (random.nextDouble() < density && !lowest ? code : 0);
    }
    float[] centroids = new float[(1 << bits) - 1];
    for (int i = 0; i < centroids.length; i++) {
      centroids[i] = 3 * i - 20;
    }
    Codebook codebook = table ? new Centroids(bits, centroids) : new Step(bits, 1);
    return new Codes(Shape.of(rows, columns), codes, codebook);
  }

  /** The group search and dCSR, there and back. */
  private static void groups(CRC32C crc) {
    for (double density : new double[] {0.08, 0.5}) {
      Codes codes = codes(40, 53, 4, density, false);
      for (String recipe : List.of("dcsr", "dcsr-absolute/rans", "hybrid", "groupwise")) {
        byte[] container = Container.encode(codes, Recipe.parse(recipe)).container();
        crc.update(container);
        crc.update(Container.decode(container).codes());
      }
    }
  }

  /** Streams that are long enough to be cut, there and back. */
  private static void chunks(CRC32C crc) {
    Codes codes = codes(400, 500, 8, 0.99, false);
    for (String coder : List.of("rans", "huffman")) {
      byte[] container = Container.encode(codes, Recipe.parse("dense/" + coder)).container();
      crc.update(container);
      crc.update(Container.decode(container).codes());
    }
  }

  /** Whole sequences of every tree, of few symbols and of many. */
  private static void trees(CRC32C crc) {
    for (int bits : new int[] {2, 4, 8}) {
      Codes codes = codes(30, 57, bits, 0.7, true);
      for (String coder : List.of("wavelet", "wavelet-fast", "wavelet-balanced", "wavelet-quad")) {
        byte[] container = Container.encode(codes, Recipe.parse("dense/" + coder)).container();
        crc.update(container);
        crc.update(Container.decode(container).codes());
      }
    }
  }

  /** Products of every form that has kernels of its own. */
  private static void products(CRC32C crc) {
    for (int bits : new int[] {2, 4, 8}) {
      for (boolean table : new boolean[] {false, true}) {
        Codes codes = codes(13, 272, bits, 0.6, table);
        for (String recipe : List.of("dense/packed", "ras-element/rans", "csr", "bitmap")) {
          byte[] container = Container.encode(codes, Recipe.parse(recipe)).container();
          multiply(MatrixReader.fastest().read(container), crc);
        }
        multiply(new DenseMatrix(Products.fastest(), codes.dequantize(), 13, 272), crc);
      }
    }
  }

  private static void multiply(Matrix matrix, CRC32C crc) {
    for (int batch : new int[] {1, 3, 48}) {
      float[] x = new float[matrix.columns() * batch];
      for (int i = 0; i < x.length; i++) {
        x[i] = i * 7 % 11 - 5;
      }
      float[] y = new float[matrix.rows() * batch];
      matrix.multiply(x, batch, y);
      ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * y.length);
      for (float sum : y) {
        bytes.putFloat(sum + 0f); // one zero of the two
      }
      crc.update(bytes.array());
    }
  }
}
