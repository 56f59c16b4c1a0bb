/**
 * Where snapshots and their blocks are kept.
 *
 * <p>A snapshot is a stack of layers, its own on top of its ancestors'. A layer says of a block
 * index one of three things: here is its data, this snapshot lost it, or nothing (ask the layer
 * below). Two kinds of layer exist: stored ones (64-byte records and 512 KiB slots, on disk or in
 * memory) and synthetic ones (computed). This room knows nothing of HTTP, accounts' rights or
 * faults; it uses Netty's buffers because what it hands out goes to a socket unchanged.
 */
package org.snapshotproxy.endpoint.store;
