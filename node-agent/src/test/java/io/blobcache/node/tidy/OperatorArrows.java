package io.blobcache.node.tidy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Which package of the operator may import which, and what it may know of the other modules. */
final class OperatorArrows {
    /** As {@link Arrows#TABLE}; the same stands in docs/architecture.md. */
    static final String TABLE = """
            settings   ->
            metrics    ->
            serving    ->
            plan       ->
            members    -> plan
            agents     -> plan
            dependent  -> plan
            status     -> agents
            warmup     -> agents status
            reconcile  -> plan members agents dependent status warmup metrics
            operator   -> *
            """;

    private static final String BASE = "io.blobcache.operator";

    /** The package of the process itself has no name of its own below {@link #BASE}. */
    private static final String TOP = "operator";

    private static final Pattern OURS = Pattern.compile("\\bio\\.blobcache\\.operator((?:\\.[a-z]\\w*)*)\\.[A-Z*]");

    /** Of the agent it knows what the file may say; talking to agents is done over HTTP. */
    private static final Pattern AGENTS = Pattern.compile("\\bio\\.blobcache\\.node\\.(?!config\\.)[\\w.]+");

    private OperatorArrows() {}

    static Map<String, Set<String>> allowed() {
        Map<String, Set<String>> allowed = new LinkedHashMap<>();
        for (String line : TABLE.lines().toList()) {
            String[] sides = line.split("->", -1);
            String targets = sides[1].strip();
            allowed.put(sides[0].strip(), targets.isEmpty() ? Set.of() : Set.of(targets.split(" +")));
        }
        return allowed;
    }

    static List<Violation> inside(SourceFile file) {
        String from = shortName(file.packageName());
        Set<String> targets = allowed().get(from);
        if (targets == null) {
            return List.of(new Violation(file.path(), 1, "package " + from + " is not in the table of arrows"));
        }
        List<Violation> violations = new ArrayList<>();
        for (MatchResult match : OURS.matcher(file.code()).results().toList()) {
            String to = shortName(BASE + match.group(1));
            if (!to.equals(from) && !targets.contains(to) && !targets.contains("*")) {
                violations.add(file.violation(match.start(), from + " must not import " + to));
            }
        }
        return violations;
    }

    static List<Violation> outside(SourceFile file) {
        return file.findInCode(AGENTS, _ -> "of the agent only its config is known here");
    }

    private static String shortName(String packageName) {
        return packageName.equals(BASE) ? TOP : packageName.replace(BASE + ".", "");
    }
}
