package io.blobcache.e2e.rig;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where the built project is, and how much of the tests is wanted. */
public final class Project {
    private Project() {}

    /** {@code -Dblobcache.e2e=full}: every combination on the whole input; without it what ten minutes hold. */
    public static boolean full() {
        return "full".equals(System.getProperty("blobcache.e2e"));
    }

    public static Path root() {
        return Path.of(System.getProperty("blobcache.root", "."))
                .toAbsolutePath()
                .normalize();
    }

    /** Kept between runs; goes with {@code mvn clean}. */
    public static Path target() {
        return root().resolve("e2e/target");
    }

    /** The agent's command line on the Java that runs the tests. */
    public static List<String> agent(List<String> javaOptions, String... arguments) {
        Path jar = root().resolve("node-agent/target/blobcache.jar");
        if (!Files.exists(jar)) {
            throw new AssertionError(jar + " is missing: mvn -pl node-agent -am package -DskipTests");
        }
        List<String> command = new ArrayList<>();
        command.add(java());
        // As the launcher starts it: what is promised is promised for this heap.
        command.add("@" + root().resolve("scripts/agent.jvm"));
        command.addAll(javaOptions);
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    public static Path javaHome() {
        return Path.of(System.getProperty("java.home"));
    }

    private static String java() {
        return javaHome().resolve("bin/java").toString();
    }
}
