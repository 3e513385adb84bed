/**
 * Reads the weights of TensorFlow Lite's models. A flatbuffer may be larger than memory, so it is
 * walked in the file, by a small reader of tables and vectors that checks each offset.
 */
package dev.tersor.core.checkpoint.tflite;
