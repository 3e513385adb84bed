/**
 * Where trained weights come from: checkpoints in the formats of {@link
 * dev.tersor.core.checkpoint.Checkpoint.Format} are opened by reading their headers alone, and a
 * run of a tensor's weights is read from its own byte range. Every damaged file is a {@link
 * dev.tersor.core.bits.MalformedInputException} that names the file.
 *
 * <p>Formats: <a href="https://github.com/huggingface/safetensors#format">safetensors</a>, <a
 * href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">ONNX</a>, <a
 * href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">NumPy npy and
 * npz</a>, those of the packages below this one, and for npz <a
 * href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">PKWARE's zip</a>.
 */
package dev.tersor.core.checkpoint;
