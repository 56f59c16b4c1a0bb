/**
 * How the model crosses Flink: one {@link org.snapshotproxy.connectors.base.serial.Codec} a type,
 * used both as a Flink serializer and as a versioned one for splits and committables. Every
 * encoding starts with its version, so new code reads old state. Flink's reflective fallback is
 * switched off in every job.
 */
package org.snapshotproxy.connectors.base.serial;
