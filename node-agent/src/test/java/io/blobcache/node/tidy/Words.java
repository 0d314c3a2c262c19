package io.blobcache.node.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Words that are not used, because they say nothing or because the glossary has another one for the thing. */
final class Words {
    private static final Set<String> IN_TYPE_NAMES =
            Set.of("Manager", "Managers", "Helper", "Helpers", "Util", "Utils", "Utility", "Impl", "Abstract");

    /** Those of the glossary's right column that mean nothing else in Java or in the kernel. */
    private static final Set<String> IN_IDENTIFIERS = Set.of(
            "chunk",
            "chunks",
            "backend",
            "backends",
            "slave",
            "master",
            "coordinator",
            "dedup",
            "catalog",
            "idx",
            "pos",
            "mgr",
            "cfg");

    private static final Pattern TYPE = Pattern.compile("\\b(?:class|interface|enum|record)\\s+([A-Z]\\w*)");
    private static final Pattern IDENTIFIER = Pattern.compile("\\b[A-Za-z_]\\w*");
    private static final Pattern WORD = Pattern.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])");
    private static final Pattern GETTER =
            Pattern.compile("(?m)^    (?:(?:public|protected|private|static|final|abstract|synchronized) )*"
                    + "(?!return |throw |new |else )[\\w<>\\[\\],.? ]+ (get[A-Z]\\w*)\\([^)]*\\)[^;]*\\{");

    private Words() {}

    static List<Violation> inTypeNames(SourceFile file) {
        List<Violation> violations = new ArrayList<>();
        for (MatchResult type : TYPE.matcher(file.code()).results().toList()) {
            for (String word : words(type.group(1))) {
                if (IN_TYPE_NAMES.contains(word)) {
                    violations.add(file.violation(type.start(), "no type is a " + word + ": name what it does"));
                }
            }
        }
        return violations;
    }

    static List<Violation> inIdentifiers(SourceFile file) {
        List<Violation> violations = new ArrayList<>();
        for (MatchResult identifier : IDENTIFIER.matcher(file.code()).results().toList()) {
            for (String word : words(identifier.group())) {
                if (IN_IDENTIFIERS.contains(word.toLowerCase(Locale.ROOT))) {
                    violations.add(
                            file.violation(identifier.start(), "the glossary has another word for \"" + word + "\""));
                }
            }
        }
        return violations;
    }

    /** A method that overrides one of somebody else's has no choice. */
    static List<Violation> getters(SourceFile file) {
        List<Violation> violations = new ArrayList<>();
        for (MatchResult getter : GETTER.matcher(file.code()).results().toList()) {
            if (!file.code().substring(0, getter.start()).stripTrailing().endsWith("@Override")) {
                violations.add(file.violation(getter.start(), "no get prefix: " + getter.group(1)));
            }
        }
        return violations;
    }

    private static List<String> words(String identifier) {
        return WORD.matcher(identifier).results().map(MatchResult::group).toList();
    }
}
