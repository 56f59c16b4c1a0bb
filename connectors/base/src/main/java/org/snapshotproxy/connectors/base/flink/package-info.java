/**
 * The few signatures of Flink that differ between the lines this is built for. Each class here
 * exists once a line, with the same name and the same promises, below {@code
 * src/main/java-flink-2.3} and {@code src/main/java-flink-1.20}; the build takes those of its line
 * ({@code flink.line}).
 *
 * <p>Into this room comes only what cannot be written in one way for both lines.
 */
package org.snapshotproxy.connectors.base.flink;
