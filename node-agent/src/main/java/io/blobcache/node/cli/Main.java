package io.blobcache.node.cli;

/** Entry point of the command line. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.err.println("blobcache: no commands yet");
    }
}
