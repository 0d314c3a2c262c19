package io.blobcache.node.tidy;

import java.util.List;
import java.util.regex.Pattern;

/** Paths of one machine, which mean nothing on another. */
final class Places {
    // Put together from two parts, so that this file may pass its own rule.
    private static final Pattern MACHINE =
            Pattern.compile("(?<![\\w.-])(/wo" + "rk/|/usr/lib/" + "jvm|/ro" + "ot/|/ho" + "me/\\w)");

    private Places() {}

    static List<Violation> machinePaths(SourceFile file) {
        return file.findInText(MACHINE, match -> "a path of one machine: " + match.group());
    }
}
