package io.blobcache.node.fs.listing;

/** What a snapshot of a directory says of a name. */
public sealed interface Lookup {
    Lookup ABSENT = new Absent();
    Lookup UNKNOWN = new Unknown();

    record Present(Entry entry) implements Lookup {}

    record Absent() implements Lookup {}

    /** It has not arrived that far, or is in no order. */
    record Unknown() implements Lookup {}
}
