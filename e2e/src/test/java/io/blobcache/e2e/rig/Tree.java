package io.blobcache.e2e.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Directories full of files to be served. */
public final class Tree {
    private static final Duration EXTRACT_LIMIT = Duration.ofMinutes(3);

    private Tree() {}

    /**
     * About 63,000 real files without a network: what the JDK that runs the tests is packed from. Made once and kept.
     * It has no links; {@link #withOddities} adds what an object store cannot have.
     */
    public static synchronized Path ofJdk() {
        Path tree = Project.target().resolve("jdk-tree");
        if (!Files.isDirectory(tree)) {
            Path lib = Project.javaHome().resolve("lib");
            Path half = Project.target().resolve("jdk-tree.half");
            Shell.run("rm", "-rf", half.toString()).expectSuccess();
            Shell.script(
                            EXTRACT_LIMIT,
                            "mkdir -p \"$1\" && \"$2/bin/jimage\" extract --dir \"$1/modules\" \"$2/lib/modules\"",
                            half,
                            Project.javaHome())
                    .expectSuccess();
            try {
                unzip(lib.resolve("src.zip"), half.resolve("src"));
                unzip(lib.resolve("ct.sym"), half.resolve("symbols"));
                Files.copy(lib.resolve("modules"), half.resolve("modules.image"));
                oddNames(half.resolve("odd names"));
                Files.move(half, tree);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return tree;
    }

    /** The same files again, by hard links, with symbolic links, an empty directory and an executable. */
    public static Path withOddities(Path tree, Path into) {
        try {
            Shell.script("cp -al \"$1\" \"$2\"", tree, into).expectSuccess();
            Path links = Files.createDirectory(into.resolve("links"));
            Files.createSymbolicLink(links.resolve("relative"), Path.of("../src/java.base/java/lang/String.java"));
            Files.createSymbolicLink(links.resolve("absolute"), Path.of("/etc/hostname"));
            Files.createSymbolicLink(links.resolve("dangling"), Path.of("nowhere/at all"));
            Files.createSymbolicLink(links.resolve("loop"), Path.of("loop"));
            Files.createSymbolicLink(links.resolve("directory"), Path.of("../src/java.base"));
            Files.createDirectory(into.resolve("empty directory"));
            Path script = Files.writeString(into.resolve("run"), "#!/bin/sh\necho it runs\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
            return into;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void oddNames(Path into) throws IOException {
        Files.createDirectories(into);
        String[] names = {
            "empty",
            "-n",
            " leading and trailing ",
            "tab\tand newline\n.",
            "100%25 + plus&amp;<x>",
            "a:b;c|d",
            "quote'\"back\\slash",
            "\u05d0\u05d1 right to left",
            "\ud83d\ude80 rocket",
            "Case",
            "case",
            "~",
            "#?*[x]",
            "\u00e9 composed",
            "e\u0301 decomposed",
            "n".repeat(255),
            "..."
        };
        for (String name : names) {
            Files.writeString(into.resolve(name), name.equals("empty") ? "" : "content of " + name);
        }
    }

    private static void unzip(Path archive, Path into) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                Path file = into.resolve(entry.getName()).normalize();
                if (!entry.isDirectory() && file.startsWith(into)) {
                    Files.createDirectories(file.getParent());
                    try (var content = zip.getInputStream(entry)) {
                        Files.copy(content, file);
                    }
                }
            }
        }
    }

    /** A file of random bytes; the same for the same seed. */
    public static Path random(Path file, long lengthBytes, long seed) {
        byte[] piece = new byte[1 << 20];
        Random random = new Random(seed);
        try {
            Files.createDirectories(file.getParent());
            try (var out = Files.newOutputStream(file)) {
                for (long left = lengthBytes; left > 0; left -= piece.length) {
                    random.nextBytes(piece);
                    out.write(piece, 0, (int) Math.min(left, piece.length));
                }
            }
            // Older than a moment ago: a file that is being changed is treated with more care than one at rest.
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3600)));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code count} files of these lengths in turn. */
    public static Path random(Path directory, int count, long seed, long... lengthsBytes) {
        for (int i = 0; i < count; i++) {
            random(directory.resolve("f" + i), lengthsBytes[i % lengthsBytes.length], seed + i);
        }
        return directory;
    }
}
