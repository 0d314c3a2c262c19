package io.blobcache.node.config;

/**
 * What kind of YAML file is read, and its limits.
 *
 * @param what      in words, for who gives another file: "a configuration of blobcache"
 * @param example   how such a file begins
 * @param maxBytes  a larger file is not parsed
 * @param maxDepth  levels of maps and lists, the file's own map included
 * @param maxValues scalars, maps and lists; what lies beyond is not parsed, so this bounds the memory
 */
public record YamlForm(String what, String example, int maxBytes, int maxDepth, int maxValues) {}
