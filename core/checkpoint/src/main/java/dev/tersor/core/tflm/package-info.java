/**
 * Files that TensorFlow Lite Micro runs: a model read whole by TensorFlow Lite's schema, weights
 * stored as its DECODE operator reads them, and written again.
 */
package dev.tersor.core.tflm;
