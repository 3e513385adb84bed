package dev.tersor.jobs.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedOutputStream;
import dev.tersor.core.checkpoint.FileSource;
import dev.tersor.core.data.ImageShape;
import dev.tersor.core.data.LabelledImages;
import dev.tersor.core.encode.NetworkTensor;
import dev.tersor.core.model.Architecture;
import dev.tersor.core.model.OnnxExport;
import dev.tersor.core.model.Parameter;
import dev.tersor.core.tensor.Shape;
import dev.tersor.jobs.config.UsageException;
import dev.tersor.jobs.source.ModelCatalog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TestNetworkTest {
  private static final Architecture TINY =
      Architecture.parse(
          """
          name = tiny, title = tiny, input = [2, 3, 4], sources = []
          tensors = [
            { name = conv.weight, kind = conv, shape = [5, 2, 2, 3], macs = 0, prune = true }
            { name = fc.weight, kind = fc, shape = [3, 20], macs = 0, prune = true }
          ]
          graph {
            data = few, mean = [0.5, 0.25], deviation = [0.5, 2]
            layers = [
              { op = conv, weight = conv.weight }
              { op = batch-norm, name = norm }
              { op = relu }
              { op = dropout }
              { op = flatten }
              { op = linear, weight = fc.weight, bias = fc.bias }
            ]
          }
          """,
          "tiny.conf");

  @TempDir Path folder;

  private static Map<String, float[]> random(Architecture architecture) {
    Random random = new Random(3);
    Map<String, float[]> values = new TreeMap<>();
    for (Parameter parameter : architecture.parameters()) {
      float[] numbers = new float[(int) parameter.shape().size()];
      double scale = Math.sqrt(2.0 / Math.max(1, parameter.shape().rowLength()));
      boolean variance = parameter.role() == Parameter.Role.VARIANCE;
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) (variance ? 0.5 + random.nextDouble() : scale * random.nextGaussian());
      }
      values.put(parameter.name(), numbers);
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(strings = {"lenet300", "lenet5", "resnet8"})
  void anEngineComputesWhatTheGraphSays(String name) {
    Architecture architecture = new ModelCatalog("").get(name);
    Map<String, float[]> weights = random(architecture);
    List<Long> dims = architecture.input();
    ImageShape shape =
        new ImageShape(dims.get(0).intValue(), dims.get(1).intValue(), dims.get(2).intValue());
    int images = 3;
    double[][] inputs = new double[images][shape.size()];
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(4 * images * shape.size())
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    Random random = new Random(5);
    for (double[] input : inputs) {
      for (int i = 0; i < input.length; i++) {
        input[i] = (float) random.nextGaussian();
        buffer.put((float) input[i]);
      }
    }
    SlowNetwork slow = new SlowNetwork(architecture, weights);
    try (OnnxNetwork network = Engine.open(name, OnnxExport.of(architecture).with(weights))) {
      float[] outputs = network.outputs(buffer.flip(), images, shape);
      assertEquals(10 * images, outputs.length);
      for (int image = 0; image < images; image++) {
        double[] expected = slow.outputs(inputs[image]);
        for (int i = 0; i < expected.length; i++) {
          double scale = Math.max(1, Math.abs(expected[i]));
          assertEquals(expected[i], outputs[10 * image + i], 1e-4 * scale);
        }
      }
    }
  }

  /** More images than a batch, and labels of which every third is another than the output says. */
  private static LabelledImages labelled(Map<String, float[]> weights) {
    int count = 603;
    byte[] pixels = new byte[24 * count];
    new Random(11).nextBytes(pixels);
    byte[] labels = new byte[count];
    SlowNetwork slow = new SlowNetwork(TINY, weights);
    for (int image = 0; image < count; image++) {
      double[] input = new double[24];
      for (int i = 0; i < 24; i++) {
        double pixel = Byte.toUnsignedInt(pixels[24 * image + i]) / 255.0;
        input[i] = i < 12 ? (pixel - 0.5) / 0.5 : (pixel - 0.25) / 2;
      }
      double[] outputs = slow.outputs(input);
      int largest = 0;
      for (int i = 0; i < 3; i++) {
        largest = outputs[i] > outputs[largest] ? i : largest;
      }
      labels[image] = (byte) ((largest + (image % 3 == 0 ? 1 : 0)) % 3);
    }
    return new LabelledImages(
        "few", new ImageShape(2, 3, 4), List.of("a", "b", "c"), pixels, labels);
  }

  @Test
  void accuracyIsCounted() {
    Map<String, float[]> weights = random(TINY);
    Accuracy accuracy = TestNetwork.accuracy(TINY, weights, labelled(weights));
    assertEquals(new Accuracy(402, 603), accuracy);
    assertEquals(402 / 603.0, accuracy.top1());
  }

  @Test
  void anOnnxFileIsAGraph() throws IOException {
    Map<String, float[]> weights = random(TINY);
    byte[] model = OnnxExport.of(TINY).with(random(TINY));
    // Its batch is fixed to seven: the open dimension 'batch' becomes a number as long as it.
    String text = new String(model, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("\u0012\u0005batch");
    byte[] seven = {8, (byte) 0x87, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0};
    byte[] fixed = model.clone();
    System.arraycopy(seven, 0, fixed, at, seven.length);
    List<NetworkTensor> tensors = new ArrayList<>();
    for (Parameter parameter : TINY.parameters()) {
      float[] values = weights.get(parameter.name());
      tensors.add(new NetworkTensor.Plain(parameter.name(), parameter.shape(), values, false));
    }
    for (byte[] bytes : List.of(model, fixed)) {
      Path file = Files.write(folder.resolve("net.onnx"), bytes);
      try (FileSource source = FileSource.open(file)) {
        TestNetwork network =
            TestNetwork.read(source, "few", List.of(0.5, 0.25), List.of(0.5, 2.0));
        // Other weights than those in the file.
        assertEquals(new Accuracy(402, 603), network.accuracy(tensors, labelled(weights)));
      }
    }
  }

  /** Two products, one with a Constant node and one with integers behind a DequantizeLinear. */
  private static byte[] constants() {
    return message(
        model -> {
          model.writeInt64(1, 8);
          model.writeByteArray(8, message(opset -> opset.writeInt64(2, 13)));
          model.writeByteArray(
              7,
              message(
                  graph -> {
                    graph.writeByteArray(1, node("Flatten", "f", out -> {}, "x"));
                    byte[] w = tensor("", 1, new byte[16], 2, 2);
                    OnnxFields value =
                        out ->
                            out.writeByteArray(
                                5,
                                message(
                                    attribute -> {
                                      attribute.writeString(1, "value");
                                      attribute.writeByteArray(5, w);
                                      attribute.writeInt32(20, 4);
                                    }));
                    graph.writeByteArray(1, node("Constant", "w", value));
                    graph.writeByteArray(1, node("MatMul", "h", out -> {}, "f", "w"));
                    graph.writeByteArray(1, node("DequantizeLinear", "d", out -> {}, "q", "s"));
                    graph.writeByteArray(1, node("MatMul", "y", out -> {}, "h", "d"));
                    graph.writeString(2, "g");
                    graph.writeByteArray(5, tensor("q", 3, new byte[4], 2, 2));
                    graph.writeByteArray(5, tensor("s", 1, new byte[] {0, 0, 0, 63}));
                    graph.writeByteArray(11, value("x", -1, 1, 1, 2));
                    graph.writeByteArray(12, value("y", -1, 2));
                  }));
        });
  }

  private static byte[] node(String op, String output, OnnxFields more, String... inputs) {
    return message(
        out -> {
          for (String input : inputs) {
            out.writeString(1, input);
          }
          out.writeString(2, output);
          out.writeString(4, op);
          more.write(out);
        });
  }

  private static byte[] tensor(String name, int type, byte[] raw, long... dims) {
    return message(
        out -> {
          for (long dim : dims) {
            out.writeInt64(1, dim);
          }
          out.writeInt32(2, type);
          out.writeString(8, name);
          out.writeByteArray(9, raw);
        });
  }

  private static byte[] value(String name, long... dims) {
    byte[] shape =
        message(
            out -> {
              for (long dim : dims) {
                out.writeByteArray(
                    1,
                    message(
                        one -> {
                          if (dim < 0) {
                            one.writeString(2, "batch");
                          } else {
                            one.writeInt64(1, dim);
                          }
                        }));
              }
            });
    byte[] type =
        message(
            out -> {
              out.writeInt32(1, 1);
              out.writeByteArray(2, shape);
            });
    return message(
        out -> {
          out.writeString(1, name);
          out.writeByteArray(2, message(inner -> inner.writeByteArray(1, type)));
        });
  }

  private interface OnnxFields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(OnnxFields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Weights of nodes, and those that integers stood for, are those that are given. */
  @Test
  void weightsOfNodesAreReplaced() throws IOException {
    Path file = Files.write(folder.resolve("net.onnx"), constants());
    LabelledImages images =
        new LabelledImages(
            "two",
            new ImageShape(1, 1, 2),
            List.of("a", "b"),
            new byte[] {10, 20, 30, 5, 7, 9},
            new byte[] {1, 0, 1});
    NetworkTensor identity =
        new NetworkTensor.Plain("q", Shape.of(2, 2), new float[] {1, 0, 0, 1}, false);
    try (FileSource source = FileSource.open(file)) {
      TestNetwork network = TestNetwork.read(source, "two", List.of(0.0), List.of(1.0));
      for (int way = 0; way < 2; way++) {
        float[] w = way == 0 ? new float[] {1, 0, 0, 1} : new float[] {0, 1, 1, 0};
        NetworkTensor other = new NetworkTensor.Plain("w", Shape.of(2, 2), w, false);
        assertEquals(
            new Accuracy(way == 0 ? 3 : 0, 3), network.accuracy(List.of(identity, other), images));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fc.weight | 20x3 | tensor 'fc.weight' has shape 20x3, in the graph of tiny it is 3x20",
        "fc.bias | - | no tensor 'fc.bias', in the graph of tiny it has shape 3",
        "conv.bias | 5 | tensor 'conv.bias' of shape 5 is not in the graph of tiny",
        "norm.gamma | NaN | tiny: output 0 of image 0 is NaN"
      })
  void whatDoesNotFitIsNamed(String name, String change, String message) {
    Map<String, float[]> weights = random(TINY);
    LabelledImages images = labelled(weights);
    Map<String, NetworkTensor> tensors = new TreeMap<>();
    for (Parameter parameter : TINY.parameters()) {
      float[] values = weights.get(parameter.name());
      tensors.put(
          parameter.name(),
          new NetworkTensor.Plain(parameter.name(), parameter.shape(), values, false));
    }
    switch (change) {
      case "-" -> tensors.remove(name);
      case "NaN" ->
          tensors.put(
              name,
              new NetworkTensor.Plain(
                  name, Shape.of(5), new float[] {Float.NaN, 1, 1, 1, 1}, false));
      case "20x3" ->
          tensors.put(name, new NetworkTensor.Plain(name, Shape.of(20, 3), new float[60], false));
      default -> tensors.put(name, new NetworkTensor.Plain(name, Shape.of(5), new float[5], false));
    }
    TestNetwork network = TestNetwork.of(TINY);
    UsageException e =
        assertThrows(
            UsageException.class, () -> network.accuracy(List.copyOf(tensors.values()), images));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void imagesOfAnotherShapeAndOtherClassesAreNamed() {
    Map<String, float[]> weights = random(TINY);
    LabelledImages large =
        new LabelledImages(
            "large", new ImageShape(2, 4, 4), List.of("a"), new byte[32], new byte[1]);
    UsageException shape =
        assertThrows(UsageException.class, () -> TestNetwork.accuracy(TINY, weights, large));
    assertTrue(shape.getMessage().contains("an image of large is 2x4x4"), shape.getMessage());
    LabelledImages few =
        new LabelledImages(
            "two", new ImageShape(2, 3, 4), List.of("a", "b"), new byte[24], new byte[1]);
    UsageException classes =
        assertThrows(UsageException.class, () -> TestNetwork.accuracy(TINY, weights, few));
    assertTrue(classes.getMessage().contains("two has 2 classes"), classes.getMessage());
    weights.put("fc.bias", new float[4]);
    UsageException size =
        assertThrows(UsageException.class, () -> TestNetwork.accuracy(TINY, weights, few));
    assertTrue(size.getMessage().contains("'fc.bias' has shape 4"), size.getMessage());
  }
}
