package io.blobcache.node.cli;

/** How results are printed. */
enum Output {
    text,
    json
}
