package io.blobcache.node.fuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** The tree that {@link MountContract} expects behind a mount: every shape of file and name that has broken something. */
public final class ExampleTree {
    /** More than two blocks of 4 MiB and no whole number of pages. */
    public static final String BIG = "big";

    public static final int BIG_BYTES = (9 << 20) + 3;

    public static final String EMPTY = "empty";
    public static final String PAGE = "page";
    public static final String MANY = "many";
    /** Several readdir requests, whatever their size. */
    public static final int MANY_FILES = 1000;

    /** 255 bytes in 85 characters. */
    public static final String LONGEST_NAME = "\u20ac".repeat(85);

    public static final List<String> ODD_NAMES = List.of(
            "with blank",
            "with\nnewline",
            "with\ttab",
            "back\\slash",
            "quo'te\"",
            "-rf",
            "*",
            "...",
            " ",
            "%2e%2e",
            "colon:",
            "gr\u00fc\u00dfe",
            "gru\u0308\u00dfe",
            "\u65e5\u672c\u8a9e",
            "\ud83d\ude00",
            "\u202ertl",
            "Case",
            "case",
            "n".repeat(255),
            LONGEST_NAME);

    private static final int[] SIZES = {1, 2, 4095, 4097, 65_535, 65_536, 131_073, 1 << 20, (1 << 20) + 1};

    private ExampleTree() {}

    public static void create(Path root) throws IOException {
        Random random = new Random(7);
        write(root.resolve(BIG), BIG_BYTES, random);
        write(root.resolve(EMPTY), 0, random);
        write(root.resolve(PAGE), 4096, random);
        Path sizes = Files.createDirectory(root.resolve("sizes"));
        for (int size : SIZES) {
            write(sizes.resolve(Integer.toString(size)), size, random);
        }
        Path names = Files.createDirectory(root.resolve("names"));
        for (String name : ODD_NAMES) {
            write(names.resolve(name), 100, random);
        }
        write(Files.createDirectories(root.resolve("deep/a/b/c/d/e f")).resolve("leaf"), 10, random);
        Files.createDirectory(root.resolve("empty directory"));
        Path many = Files.createDirectory(root.resolve(MANY));
        for (int i = 0; i < MANY_FILES; i++) {
            write(many.resolve("file-%05d".formatted(i)), i % 7, random);
        }
        links(Files.createDirectory(root.resolve("links")));
    }

    private static void links(Path directory) throws IOException {
        Files.createSymbolicLink(directory.resolve("to big"), Path.of("../" + BIG));
        Files.createSymbolicLink(directory.resolve("dangling"), Path.of("no/such/path"));
        Files.createSymbolicLink(directory.resolve("absolute"), Path.of("/etc/hostname"));
        Files.createSymbolicLink(directory.resolve("escaping"), Path.of("../../../../../.."));
        Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(directory.resolve("to directory"), Path.of("../deep/a"));
    }

    private static void write(Path file, int bytes, Random random) throws IOException {
        byte[] content = new byte[bytes];
        random.nextBytes(content);
        Files.write(file, content);
    }
}
