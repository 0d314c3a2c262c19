package io.blobcache.node.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Every package says what it is for, and that it has no nulls but declared ones. */
final class Packages {
    private Packages() {}

    /** @param files all files of the main source trees */
    static List<Violation> withoutNullMarked(List<SourceFile> files) {
        Map<String, List<SourceFile>> byDirectory = files.stream().collect(Collectors.groupingBy(Packages::directory));
        List<Violation> violations = new ArrayList<>();
        byDirectory.forEach((directory, members) -> {
            Set<SourceFile> infos = members.stream()
                    .filter(file -> file.path().endsWith("/package-info.java"))
                    .collect(Collectors.toSet());
            boolean marked = infos.stream()
                    .anyMatch(info ->
                            info.code().contains("@NullMarked") && info.text().contains("/**"));
            if (!marked) {
                violations.add(new Violation(
                        directory + "/package-info.java", 1, "a package has one sentence of javadoc and @NullMarked"));
            }
        });
        return violations;
    }

    private static String directory(SourceFile file) {
        return file.path().substring(0, file.path().lastIndexOf('/'));
    }
}
