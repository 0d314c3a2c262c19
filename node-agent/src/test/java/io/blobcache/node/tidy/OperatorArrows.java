package io.blobcache.node.tidy;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Which package of the operator may import which, and what it may know of the other modules. */
final class OperatorArrows {
    static final ArrowTable TABLE = new ArrowTable("""
            settings   ->
            metrics    ->
            serving    ->
            plan       -> settings
            members    -> plan
            agents     -> plan
            dependent  -> plan
            status     -> agents
            warmup     -> agents status
            reconcile  -> settings plan members agents dependent status warmup metrics
            operator   -> *
            """, "io.blobcache.operator", "operator");

    /** Of the agent it knows what the file may say; talking to agents is done over HTTP. */
    private static final Pattern AGENTS = Pattern.compile("\\bio\\.blobcache\\.node\\.(?!config\\.)[\\w.]+");

    private OperatorArrows() {}

    static List<Violation> inside(SourceFile file) {
        return TABLE.violations(file, Set.of());
    }

    static List<Violation> outside(SourceFile file) {
        return file.findInCode(AGENTS, _ -> "of the agent only its config is known here");
    }
}
