/** The front door: one tensor to bytes and back. */
package dev.tersor.core;
