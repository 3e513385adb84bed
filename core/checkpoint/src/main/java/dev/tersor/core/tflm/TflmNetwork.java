package dev.tersor.core.tflm;

import java.util.List;

/**
 * A model for TensorFlow Lite Micro.
 *
 * @param bytes the .tflite file
 * @param tensors all that have data, in the order of the file
 * @param before bytes of the file that it was made of
 * @param behind bytes that lay behind the model in that file, and are left out
 */
@SuppressWarnings("ArrayRecordComponent") // the file is the result, megabytes not to copy
public record TflmNetwork(byte[] bytes, List<ExportedTensor> tensors, long before, long behind) {}
