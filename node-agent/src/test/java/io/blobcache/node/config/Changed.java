package io.blobcache.node.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Copies of records that differ in a few components, so that tests spell what they are about and nothing else. */
public final class Changed {
    private Changed() {}

    /**
     * @param changes name of a component and its value, in turn
     * @throws IllegalArgumentException if there is no such component, or it is not of the value's type
     */
    public static <R extends Record> R copy(R template, Object... changes) {
        Map<Object, Object> values = new HashMap<>();
        for (int i = 0; i < changes.length; i += 2) {
            values.put(changes[i], changes[i + 1]);
        }
        RecordComponent[] components = template.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        List<Object> arguments = new ArrayList<>();
        try {
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                Object changed = values.remove(components[i].getName());
                arguments.add(changed == null ? components[i].getAccessor().invoke(template) : changed);
            }
            if (!values.isEmpty()) {
                throw new IllegalArgumentException("no such components: " + values.keySet());
            }
            @SuppressWarnings("unchecked") // The class of an object of R is R: records are final.
            Class<R> type = (Class<R>) template.getClass();
            return type.getDeclaredConstructor(types).newInstance(arguments.toArray());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("a copy of " + template + " with " + values, e);
        }
    }
}
