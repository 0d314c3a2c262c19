package io.blobcache.node.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The records seen as settings: the only place that reflects over them. */
final class Settings {
    private static final ClassValue<List<SettingField>> FIELDS = new ClassValue<>() {
        @Override
        protected List<SettingField> computeValue(Class<?> section) {
            return describe(section);
        }
    };

    private Settings() {}

    /** The settings of one section, in the order of the record; not those of sections within it. */
    static List<SettingField> of(Class<?> section) {
        return FIELDS.get(section);
    }

    /** Every setting there is, in the order of the file. */
    static List<SettingField> all() {
        List<SettingField> all = new ArrayList<>(of(AgentConfig.class));
        for (RecordComponent component : AgentConfig.class.getRecordComponents()) {
            if (isSection(component.getType())) {
                all.addAll(of(component.getType()));
            } else if (isList(component)) {
                all.addAll(of(entryOf(component)));
            }
        }
        return all;
    }

    /** The keys that may stand in a section, those of sections within it included. */
    static List<String> keys(Class<?> section) {
        return Arrays.stream(section.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    static boolean isSection(Class<?> type) {
        return type.isAnnotationPresent(Section.class);
    }

    /** Whether the file has a list of maps here. */
    static boolean isList(RecordComponent component) {
        return component.getType() == List.class;
    }

    /** The section that each entry of a list is. */
    static Class<? extends Record> entryOf(RecordComponent list) {
        ParameterizedType type = (ParameterizedType) list.getGenericType();
        return ((Class<?>) type.getActualTypeArguments()[0]).asSubclass(Record.class);
    }

    static Section section(Class<?> type) {
        Section section = type.getAnnotation(Section.class);
        if (section == null) {
            throw new IllegalStateException(type + " is no section");
        }
        return section;
    }

    /** The record with every setting at its default. */
    static <R extends Record> R defaults(Class<R> section) {
        RecordComponent[] components = section.getRecordComponents();
        Object[] values = new Object[components.length];
        int scalar = 0;
        for (int i = 0; i < components.length; i++) {
            if (isSection(components[i].getType())) {
                values[i] = defaults(components[i].getType().asSubclass(Record.class));
            } else if (isList(components[i])) {
                values[i] = List.of();
            } else {
                SettingField field = of(section).get(scalar++);
                values[i] = field.parse(field.setting().value());
            }
        }
        return construct(section, values);
    }

    /** @throws InvalidConfigException if the record refuses the values */
    static <R extends Record> R construct(Class<R> section, Object[] values) {
        try {
            Class<?>[] types = Arrays.stream(section.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            Constructor<R> canonical = section.getDeclaredConstructor(types);
            return canonical.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InvalidConfigException refused) {
                throw refused;
            }
            throw new IllegalStateException("cannot make " + section, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make " + section, e);
        }
    }

    static Object valueOf(Record section, RecordComponent component) {
        try {
            return component.getAccessor().invoke(section);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }

    private static List<SettingField> describe(Class<?> section) {
        String prefix = section(section).key();
        List<SettingField> fields = new ArrayList<>();
        for (RecordComponent component : section.getRecordComponents()) {
            if (!isSection(component.getType()) && !isList(component)) {
                Setting setting = component.getAnnotation(Setting.class);
                if (setting == null) {
                    throw new IllegalStateException(component + " has no @Setting");
                }
                String key = prefix.isEmpty() ? component.getName() : prefix + "." + component.getName();
                fields.add(new SettingField(key, component, ValueType.of(component), setting));
            }
        }
        return List.copyOf(fields);
    }
}
