package io.blobcache.e2e.rig;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Finds the S3 server of the tests: on the PATH, built by a run before, or built now by Go. */
final class S3Binary {
    private static final String NAME = "versitygw";
    private static final String VERSION = "v1.8.0";
    private static final String MODULE = "github.com/versity/versitygw/cmd/versitygw";

    /** It compiles 150 modules that are downloaded first. */
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(10);

    private S3Binary() {}

    static synchronized Path path() {
        Shell.Result onPath = Shell.script("command -v " + NAME);
        if (onPath.exitCode() == 0) {
            return Path.of(onPath.out().strip());
        }
        Path folder = cache().resolve(NAME + "-" + VERSION);
        Path binary = folder.resolve(NAME);
        if (!Files.isExecutable(binary)) {
            if (Shell.script("command -v go").exitCode() != 0) {
                throw new AssertionError("no S3 server: install Go 1.24 or later, it is built once; or put " + NAME
                        + " " + VERSION + " on the PATH");
            }
            Shell.run(
                            BUILD_LIMIT,
                            Map.of("GOBIN", folder.toString(), "GOFLAGS", ""),
                            List.of("go", "install", MODULE + "@" + VERSION))
                    .expectSuccess();
        }
        return binary;
    }

    private static Path cache() {
        String set = System.getenv("XDG_CACHE_HOME");
        Path home = set == null ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(set);
        return home.resolve("blobcache-test");
    }
}
