package io.blobcache.node.prefetch;

/**
 * What each source has to itself: its workers, so that one that hangs holds up nothing of another; and its pace, so that
 * a slow one widens no window of another. Thread-safe.
 *
 * @param pace of its blocks whoever brings them, peers too: a window has to bridge the mixture that its file gets
 */
record SourceWorkers(Workers workers, SourcePace pace) {}
