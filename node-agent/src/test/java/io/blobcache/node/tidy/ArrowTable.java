package io.blobcache.node.tidy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Which package of a module may import which. The text stands in docs/architecture.md too.
 *
 * @param text a package a line, with what it may import; each line points to lines above it only, so there is no cycle
 * @param base the package that all of them are in
 * @param top  what the text calls the base itself
 */
record ArrowTable(String text, String base, String top) {
    Map<String, Set<String>> allowed() {
        Map<String, Set<String>> allowed = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            String[] sides = line.split("->", -1);
            String targets = sides[1].strip();
            allowed.put(sides[0].strip(), targets.isEmpty() ? Set.of() : Set.of(targets.split(" +")));
        }
        return allowed;
    }

    /** @param excepted what this file may import besides */
    List<Violation> violations(SourceFile file, Set<String> excepted) {
        String from = nameOf(file.packageName());
        Set<String> targets = allowed().get(from);
        if (targets == null) {
            return List.of(new Violation(file.path(), 1, "package " + from + " is not in the table of arrows"));
        }
        Pattern ours = Pattern.compile("\\b" + Pattern.quote(base) + "((?:\\.[a-z]\\w*)*)\\.[A-Z*]");
        List<Violation> violations = new ArrayList<>();
        for (MatchResult match : ours.matcher(file.code()).results().toList()) {
            String to = nameOf(base + match.group(1));
            boolean fine = to.equals(from) || targets.contains(to) || targets.contains("*") || excepted.contains(to);
            if (!fine) {
                violations.add(file.violation(match.start(), from + " must not import " + to));
            }
        }
        return violations;
    }

    /** What the text calls a package. */
    String nameOf(String packageName) {
        return packageName.equals(base) ? top : packageName.replace(base + ".", "");
    }
}
