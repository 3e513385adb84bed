package dev.tersor.core.checkpoint;

/** What the axes of a weight tensor mean. Recorded where the file says it, never guessed. */
public enum Layout {
  /** Output units (filters) first: a row holds the weights of one output. */
  OUT_IN,
  /** Input units first: a column holds the weights of one output. */
  IN_OUT,
  /** Filters first, then height and width, input channels last: convolutions of TFLite. */
  OHWI,
  /** Height and width (or whatever the places are), input channels, filters last: of Keras. */
  HWIO,
  /** One filter a channel: 1, height, width, channels, as in TFLite. */
  DEPTHWISE_HWC,
  /** Filters of each channel apart: height, width, channels, filters of a channel, as in Keras. */
  DEPTHWISE_HWCM,
  /** The file does not say. */
  AS_STORED;

  /** Whether the tensor is the filters of a convolution. */
  public boolean isConvolution() {
    return this == OHWI || this == HWIO;
  }

  /** Whether the tensor is the filters of a convolution of each channel apart. */
  public boolean isDepthwise() {
    return this == DEPTHWISE_HWC || this == DEPTHWISE_HWCM;
  }
}
