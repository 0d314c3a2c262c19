package io.blobcache.node.config;

import java.util.ArrayList;
import java.util.List;

/** What has to hold between the paths of several sources. */
final class SourcePaths {
    private SourcePaths() {}

    /** @throws InvalidConfigException with every entry that has no place of its own */
    static void check(List<DeclaredSource> sources) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            problem(sources, i, problems);
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
    }

    private static void problem(List<DeclaredSource> sources, int index, List<Problem> problems) {
        DeclaredSource source = sources.get(index);
        String key = "sources[%d].path".formatted(index);
        if (source.path().isEmpty() && sources.size() > 1) {
            problems.add(new Problem(
                    key, 0, "is missing: each of several sources needs one, such as models or data/images", ""));
            return;
        }
        for (int before = 0; before < index; before++) {
            if (!sources.get(before).path().isEmpty() && source.overlaps(sources.get(before))) {
                String rule = "must be neither that of sources[%d] (%s) nor above or below it"
                        .formatted(before, sources.get(before).path());
                problems.add(new Problem(key, 0, rule, '"' + source.path() + '"'));
                return;
            }
        }
    }
}
