package dev.tersor.core.device;

import dev.tersor.core.symbol.SymbolCoder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Coders of streams that there are decoders of in C. */
public enum DeviceCoder {
  PACKED("packed", "tersor_packed", "", ""),
  HUFFMAN(
      "huffman",
      "tersor_huffman",
      "TERSOR_HUFFMAN_WORDS",
      "tersor_lengths tersor_chunks tersor_huffman"),
  RANS("rans", "tersor_rans", "TERSOR_RANS_WORDS", "tersor_lengths tersor_chunks tersor_rans"),
  WAVELET("wavelet", "tersor_wavelet", "TERSOR_WAVELET_WORDS", "tersor_lengths tersor_wavelet"),
  WAVELET_FAST(
      "wavelet-fast",
      "tersor_wavelet_fast",
      "TERSOR_WAVELET_WORDS",
      "tersor_lengths tersor_wavelet");

  private final String label;
  private final String function;
  private final String words;
  private final String files;

  DeviceCoder(String label, String function, String words, String files) {
    this.label = label;
    this.function = function;
    this.words = words;
    this.files = files;
  }

  static Optional<DeviceCoder> of(SymbolCoder coder) {
    return Arrays.stream(values()).filter(known -> known.label.equals(coder.name())).findFirst();
  }

  /** The name in recipes. */
  public String label() {
    return label;
  }

  /** The C function that opens such a stream. */
  public String function() {
    return function;
  }

  /** The C macro of the 32-bit words of work for so many symbols; empty where there is none. */
  String words() {
    return words;
  }

  /** Header and source files, without their endings, in the order in which one includes another. */
  List<String> files() {
    return files.isEmpty() ? List.of() : List.of(files.split(" "));
  }
}
