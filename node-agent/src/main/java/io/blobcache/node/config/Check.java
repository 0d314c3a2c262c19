package io.blobcache.node.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with the values of one section, so that its constructor can name all of it at once. */
final class Check {
    private final Class<?> section;
    private final List<Problem> problems = new ArrayList<>();

    private Check(Class<?> section) {
        this.section = section;
    }

    static Check of(Class<? extends Record> section) {
        return new Check(section);
    }

    /** The bounds that the setting declares. */
    Check range(String name, Object value) {
        SettingField field = field(name);
        if (!field.inRange(value)) {
            problems.add(new Problem(field.key(), 0, "must be " + field.range(), field.format(value)));
        }
        return this;
    }

    /** A rule between several values; {@code name} is the one to change. */
    Check rule(boolean holds, String name, String rule, Object value) {
        if (!holds) {
            SettingField field = field(name);
            problems.add(new Problem(field.key(), 0, rule, field.format(value)));
        }
        return this;
    }

    /** @throws InvalidConfigException with every rule that does not hold */
    void done() {
        if (!problems.isEmpty()) {
            throw new InvalidConfigException(problems);
        }
    }

    private SettingField field(String name) {
        for (SettingField field : Settings.of(section)) {
            if (field.component().getName().equals(name)) {
                return field;
            }
        }
        throw new IllegalStateException(section + " has no " + name);
    }
}
