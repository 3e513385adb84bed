/**
 * Reads the weights of Keras' files: HDF5 by itself, or in the zip file of a {@code .keras}. Of
 * HDF5 it is what h5py and Keras write, read by ranges; what else the format can do is refused by
 * name.
 *
 * <p>Format: <a href="https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html">HDF5
 * File Format Specification 3.0</a>, whose sections the classes cite.
 */
package dev.tersor.core.checkpoint.keras;
