package dev.tersor.core.checkpoint.tflite;

import dev.tersor.core.checkpoint.ByteSource;
import dev.tersor.core.checkpoint.Checkpoint;
import dev.tersor.core.checkpoint.HeaderChecks;
import dev.tersor.core.checkpoint.PagedFile;
import dev.tersor.core.checkpoint.StoredTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Models of TensorFlow Lite (LiteRT): a flatbuffer of the <a
 * href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs">schema</a>
 * whose identifier at byte 4 is {@code TFL3}. Fields are named by their number in the schema. All
 * tensors that have a buffer are listed, of all subgraphs.
 */
public final class TfliteModel {
  private static final int MODEL_CODES = 1;
  private static final int MODEL_SUBGRAPHS = 2;
  private static final int MODEL_BUFFERS = 4;
  private static final int CODE_DEPRECATED = 0;
  private static final int CODE_CUSTOM = 1;
  private static final int CODE_BUILTIN = 3;
  private static final int SUBGRAPH_TENSORS = 0;
  private static final int SUBGRAPH_NAME = 4;
  private static final int IDENTIFIER = 4;

  /** The operator of TensorFlow Lite Micro that decodes weights. */
  private static final String DECODE = "TFLM_DECODE";

  private final PagedFile file;
  private final List<StoredTensor> tensors = new ArrayList<>();
  private final List<Checkpoint.Unread> unread = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Map<String, Integer> taken = new HashMap<>();

  private TfliteModel(PagedFile file) {
    this.file = file;
  }

  /** Whether the first eight bytes have the identifier. */
  public static boolean mayStartWith(byte[] head) {
    return head[IDENTIFIER] == 'T'
        && head[IDENTIFIER + 1] == 'F'
        && head[IDENTIFIER + 2] == 'L'
        && head[IDENTIFIER + 3] == '3';
  }

  /**
   * Reads a model but for its buffers.
   *
   * @throws dev.tersor.core.bits.MalformedInputException if the file is damaged
   */
  public static Checkpoint read(ByteSource source) throws IOException {
    PagedFile file = new PagedFile(source, new HeaderChecks(source.name()));
    TfliteModel model = new TfliteModel(file);
    model.walk(new FlatTable(file, file.u32(0)));
    return new Checkpoint(
        source.name(), Checkpoint.Format.TFLITE, model.tensors, Map.of(), model.unread);
  }

  private void walk(FlatTable root) throws IOException {
    int[] codes = codes(root.tables(MODEL_CODES));
    FlatVector buffers = root.tables(MODEL_BUFFERS);
    FlatVector subgraphs = root.tables(MODEL_SUBGRAPHS);
    for (int i = 0; i < subgraphs.size(); i++) {
      FlatTable subgraph = subgraphs.table(i);
      String name = subgraph.text(SUBGRAPH_NAME);
      String path = name.isEmpty() ? "subgraph" + i : name;
      subgraph(subgraph, path, codes, buffers);
    }
  }

  /** The operator of each code. One above 127 is in a field of its own, which came later. */
  private int[] codes(FlatVector tables) throws IOException {
    int[] codes = new int[tables.size()];
    for (int i = 0; i < codes.length; i++) {
      FlatTable code = tables.table(i);
      codes[i] = Math.max(code.u8(CODE_DEPRECATED, 0), code.i32(CODE_BUILTIN, 0));
      if (codes[i] == TfliteUses.CUSTOM && code.text(CODE_CUSTOM).equals(DECODE)) {
        codes[i] = TfliteUses.DECODE;
      }
    }
    return codes;
  }

  private void subgraph(FlatTable subgraph, String path, int[] codes, FlatVector buffers)
      throws IOException {
    TfliteUses uses = new TfliteUses(subgraph, codes, file);
    FlatVector all = subgraph.tables(SUBGRAPH_TENSORS);
    for (int i = 0; i < all.size(); i++) {
      TfliteTensor tensor = new TfliteTensor(file, all.table(i), i, buffers);
      if (tensor.isConstant()) {
        String name = unused(tensor.ownName(), path, all.at());
        String where = tensor.whyUnread(uses);
        if (where == null) {
          tensors.add(tensor.stored(name, uses));
        } else {
          unread.add(tensor.unread(name, where));
        }
      }
    }
  }

  /**
   * The tensor's own name, behind its subgraph's where another has it, or numbered.
   *
   * @param position of what has the tensor, for errors
   */
  private String unused(String own, String path, long position) {
    if (names.add(own)) {
      return own;
    }
    file.charge(path.length() + own.length(), position);
    String inner = path + "/" + own;
    String name = inner;
    while (!names.add(name)) {
      file.charge(inner.length(), position);
      name = inner + "#" + taken.merge(inner, 1, Integer::sum);
    }
    return name;
  }
}
