package io.blobcache.node.tidy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which package of the agent may import which: the architecture, executable. */
final class Arrows {
    static final ArrowTable TABLE = new ArrowTable("""
            model             ->
            posix             ->
            metrics           ->
            config            -> model
            buffer            -> metrics posix
            mounter           -> posix
            fuse              -> posix
            fuse.kernel       -> fuse config metrics mounter posix
            fuse.jnr          -> fuse config metrics mounter posix
            mesh.members      -> config
            mesh.placement    -> mesh.members model
            source            -> config metrics model
            source.request    -> source config metrics model
            source.directory  -> source config metrics model posix
            source.http       -> source source.request config metrics model
            source.s3         -> source source.request config metrics model
            tier              -> source buffer config metrics model
            tier.memory       -> tier buffer config metrics model
            tier.disk         -> tier buffer config metrics model posix
            store             -> source metrics model
            mesh.wire         -> model
            mesh.tls          -> config
            mesh.client       -> mesh.tls mesh.wire mesh.placement mesh.members store tier buffer config metrics model
            mesh.call         -> mesh.wire model
            mesh.content      -> mesh.call mesh.client mesh.wire mesh.members store source tier buffer config metrics model
            mesh.server       -> mesh.tls mesh.call mesh.content mesh.wire tier config metrics model
            mesh              -> mesh.server mesh.content mesh.client mesh.members mesh.tls store source tier buffer config metrics model
            prefetch          -> tier buffer config metrics model
            fs.listing        -> source fuse config metrics model posix
            fs.names          -> fs.listing source fuse config metrics model posix
            fs                -> fs.names fs.listing prefetch tier source fuse config metrics model posix
            warmup            -> fs.listing tier source config metrics model
            admin             -> config metrics model
            kubernetes        ->
            agent             -> *
            demo              -> agent admin source config metrics model
            cli               -> agent demo admin kubernetes mesh.client mounter source config metrics model posix
            """, "io.blobcache.node", "agent");

    /** A file that may import what its package may not, and why. */
    private static final Map<String, Set<String>> EXCEPTIONS = Map.of(
            // The one place that knows every kind of source: it opens the one that an address names.
            "source/Sources.java", Set.of("source.request", "source.directory", "source.http", "source.s3"));

    /** Types of other people's, and the packages that alone may use them. */
    private static final Map<String, Set<String>> OUTSIDE = Map.ofEntries(
            Map.entry("java.lang.foreign.Linker", Set.of("posix")),
            Map.entry("java.lang.foreign.SymbolLookup", Set.of("posix")),
            Map.entry("io.micrometer", Set.of("metrics", "admin")),
            Map.entry("io.prometheus", Set.of("metrics", "admin")),
            Map.entry("picocli", Set.of("cli")),
            Map.entry(
                    "io.grpc",
                    Set.of("mesh.tls", "mesh.wire", "mesh.call", "mesh.server", "mesh.client", "mesh.content")),
            Map.entry("io.netty", Set.of("mesh.server", "mesh.client")),
            Map.entry("com.google.protobuf", Set.of("mesh.wire", "mesh.server", "mesh.client", "mesh.content")),
            Map.entry("jnr", Set.of("fuse.jnr")),
            Map.entry("ru.serce", Set.of("fuse.jnr")),
            Map.entry("software.amazon.awssdk", Set.of("source.request", "source.s3", "source.http")),
            Map.entry("org.yaml", Set.of("config")),
            Map.entry("com.google.common", Set.of()));

    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?([\\w.]+)");

    private Arrows() {}

    /** Between our own packages. */
    static List<Violation> inside(SourceFile file) {
        Set<String> excepted = EXCEPTIONS.entrySet().stream()
                .filter(entry -> file.path().endsWith("/" + entry.getKey()))
                .flatMap(entry -> entry.getValue().stream())
                .collect(Collectors.toSet());
        return TABLE.violations(file, excepted);
    }

    /** From our packages to other people's. */
    static List<Violation> outside(SourceFile file) {
        String from = TABLE.nameOf(file.packageName());
        return file
                .findInCode(
                        IMPORT,
                        match -> OUTSIDE.entrySet().stream()
                                .filter(entry -> within(match.group(1), entry.getKey()))
                                .filter(entry -> !entry.getValue().contains(from))
                                .map(entry ->
                                        from + " must not import " + entry.getKey() + ": only " + entry.getValue())
                                .findFirst()
                                .orElse(""))
                .stream()
                .filter(violation -> !violation.rule().isEmpty())
                .toList();
    }

    private static boolean within(String name, String prefix) {
        return name.equals(prefix) || name.startsWith(prefix + ".");
    }
}
