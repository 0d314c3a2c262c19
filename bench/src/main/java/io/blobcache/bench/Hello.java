package io.blobcache.bench;

/** The least that a JVM does: the baseline of every start time. */
final class Hello {
    private Hello() {}

    public static void main(String[] arguments) {
        System.out.println("hello");
    }
}
