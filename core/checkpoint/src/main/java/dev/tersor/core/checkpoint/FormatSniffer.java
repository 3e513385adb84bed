package dev.tersor.core.checkpoint;

import dev.tersor.core.bits.LittleEndian;
import dev.tersor.core.checkpoint.gguf.GgufFile;
import dev.tersor.core.checkpoint.keras.KerasModel;
import dev.tersor.core.checkpoint.tflite.TfliteModel;
import dev.tersor.core.checkpoint.torch.TorchFile;
import java.io.IOException;
import java.util.List;

/** Tells formats apart by the first bytes of a file, never by its name. */
final class FormatSniffer {
  private static final String FORMATS =
      "a checkpoint in none of the formats safetensors, ONNX, PyTorch, GGUF, TFLite, Keras and NumPy"
          + " (.npz, .npy)";

  private FormatSniffer() {}

  static Checkpoint.Format sniff(ByteSource source) throws IOException {
    long length = source.length();
    byte[] head = new byte[16];
    source.readFully(0, head, 0, (int) Math.min(head.length, length));
    if (head[0] == 'P' && head[1] == 'K' && (head[2] == 3 || head[2] == 5 || head[2] == 6)) {
      List<String> members = ZipMembers.names(source);
      if (KerasModel.isZip(members)) {
        return Checkpoint.Format.KERAS;
      }
      return TorchFile.isZip(members) ? Checkpoint.Format.TORCH : Checkpoint.Format.NPZ;
    }
    if (length >= Npy.MAGIC.length && startsWith(head, Npy.MAGIC)) {
      return Checkpoint.Format.NPY;
    }
    if (GgufFile.mayStartWith(head)) {
      return Checkpoint.Format.GGUF;
    }
    if (TorchFile.isOld(head)) {
      return Checkpoint.Format.TORCH;
    }
    if (KerasModel.mayStartWith(head)) {
      return Checkpoint.Format.KERAS;
    }
    if (TfliteModel.mayStartWith(head)) {
      return Checkpoint.Format.TFLITE;
    }
    if (length > 8 && isSafetensors(head, length)) {
      return Checkpoint.Format.SAFETENSORS;
    }
    if (length >= 2 && OnnxHeader.mayStartWith(head)) {
      return Checkpoint.Format.ONNX;
    }
    HeaderChecks checks = new HeaderChecks(source.name());
    if (head[0] == '{' && ShardIndex.isIndex(source)) {
      return Checkpoint.Format.SHARDS;
    }
    boolean isPickle = (head[0] & 0xFF) == 0x80 && head[1] >= 2 && head[1] <= 5;
    throw checks.malformed(
        (isPickle ? "a pickle that torch.save did not write, " : "") + FORMATS, 0);
  }

  // A lying length still counts where the JSON is plain to see, so that the error is about the
  // length.
  private static boolean isSafetensors(byte[] head, long length) {
    long header = LittleEndian.getLong(head, 0);
    boolean plausible = header >= 2 && header <= length - 8;
    return head[8] == '{' && (plausible || head[9] == '"');
  }

  private static boolean startsWith(byte[] head, byte[] magic) {
    for (int i = 0; i < magic.length; i++) {
      if (head[i] != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
