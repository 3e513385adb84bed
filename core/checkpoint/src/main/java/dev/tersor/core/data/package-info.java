/**
 * Images with labels, read from the two formats in which the small public sets come: <a
 * href="https://www.fon.hum.uva.nl/praat/manual/IDX_file_format.html">IDX</a>, as MNIST has it, and
 * the <a href="https://www.cs.toronto.edu/~kriz/cifar.html">binary batches of CIFAR-10</a>. Every
 * damaged file is a {@link dev.tersor.core.bits.MalformedInputException} that names the file.
 */
package dev.tersor.core.data;
