package io.blobcache.node.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of a running agent's configuration when its file says something else.
 *
 * @param config  to be in force from now on: the new values of live settings, the old ones of all others
 * @param live    keys of the settings that changed and are in {@code config}
 * @param restart keys of the settings that changed and wait for a restart
 */
public record ConfigChange(AgentConfig config, List<String> live, List<String> restart) {

    public ConfigChange {
        live = List.copyOf(live);
        restart = List.copyOf(restart);
    }

    /** @throws InvalidConfigException if the live values contradict the old ones beside them */
    static ConfigChange between(AgentConfig inForce, AgentConfig wanted) {
        List<String> live = new ArrayList<>();
        List<String> restart = new ArrayList<>();
        AgentConfig merged = merge(AgentConfig.class, inForce, wanted, live, restart);
        return new ConfigChange(merged, live, restart);
    }

    private static <R extends Record> R merge(
            Class<R> type, Record inForce, Record wanted, List<String> live, List<String> restart) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        int scalar = 0;
        for (int i = 0; i < components.length; i++) {
            RecordComponent component = components[i];
            Object before = Settings.valueOf(inForce, component);
            Object after = Settings.valueOf(wanted, component);
            if (Settings.isSection(component.getType())) {
                Class<? extends Record> section = component.getType().asSubclass(Record.class);
                values[i] = merge(section, (Record) before, (Record) after, live, restart);
                continue;
            }
            if (Settings.isList(component)) {
                values[i] = before;
                if (!before.equals(after)) {
                    restart.add(component.getName());
                }
                continue;
            }
            SettingField field = Settings.of(type).get(scalar++);
            values[i] = field.setting().live() ? after : before;
            if (!before.equals(after)) {
                (field.setting().live() ? live : restart).add(field.key());
            }
        }
        return Settings.construct(type, values);
    }
}
