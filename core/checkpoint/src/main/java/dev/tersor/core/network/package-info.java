/** The front door for files: checkpoints read, compressed to network files, and back. */
package dev.tersor.core.network;
