package io.socketmaster.server.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings by name: a component of a record of settings is called as it is there, and one of a record within it by its way,
 * with dots ({@code http.timeouts.head}). So a setting has the same name in Java, on the command line and in messages, and a
 * new one needs no more than its component. Pure.
 */
public final class NamedSettings {
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,18})(kib|mib)?");

    private NamedSettings() {}

    /** Every setting that can be written as a word, with its value as {@link #with} reads it, in the records' order. */
    public static Map<String, String> of(Record settings) {
        Map<String, String> all = new LinkedHashMap<>();
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            Object value = get(settings, component);
            if (value instanceof Record group) {
                of(group).forEach((name, text) -> all.put(component.getName() + "." + name, text));
            } else if (value instanceof Duration duration) {
                all.put(component.getName(), text(duration));
            } else if (value instanceof Number || value instanceof Boolean) {
                all.put(component.getName(), value.toString());
            }
        }
        return all;
    }

    /**
     * The same settings but for some.
     *
     * @param values by name; each is a number, with {@code KiB} or {@code MiB} behind it if that is clearer; {@code true} or
     *     {@code false}; or a duration as {@link DurationText} has it
     * @throws IllegalArgumentException if there is no such setting, if a value cannot be one for it, or if the settings do
     *     not go with each other; the message names both sides
     */
    public static <R extends Record> R with(R settings, Map<String, String> values) {
        Set<String> known = of(settings).keySet();
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "there is no setting '" + name + "'; there are " + String.join(", ", known));
            }
        }
        return values.isEmpty() ? settings : replace(settings, "", values);
    }

    /**
     * The same settings but for one component of the record itself, which need not be one that can be written as a word.
     *
     * @param name of the component, which exists
     * @param value of the component's type
     * @throws IllegalArgumentException if the settings do not go with each other
     */
    static <R extends Record> R replace(R settings, String name, Object value) {
        RecordComponent[] components = settings.getClass().getRecordComponents();
        return construct(
                settings,
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new),
                Arrays.stream(components)
                        .map(component -> component.getName().equals(name) ? value : get(settings, component))
                        .toArray());
    }

    private static <R extends Record> R replace(R settings, String way, Map<String, String> values) {
        RecordComponent[] components = settings.getClass().getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] parts = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String name = way + components[i].getName();
            String value = values.get(name);
            Object before = get(settings, components[i]);
            types[i] = components[i].getType();
            if (value != null) {
                parts[i] = parse(types[i], name, value);
            } else {
                parts[i] = before instanceof Record group ? replace(group, name + ".", values) : before;
            }
        }
        return construct(settings, types, parts);
    }

    private static Object parse(Class<?> type, String name, String value) {
        try {
            if (type == Duration.class) {
                return DurationText.parse(value);
            }
            if (type == boolean.class) {
                return truth(value);
            }
            long number = number(value);
            return type == long.class ? (Object) number : (Object) Math.toIntExact(number);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(name + ": '" + value + "' is too much", e);
        }
    }

    private static boolean truth(String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException("'" + value + "' is neither true nor false");
        }
        return value.equals("true");
    }

    private static long number(String value) {
        Matcher matcher = NUMBER.matcher(value.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a number; write 100, 64KiB or 1MiB");
        }
        long unit = matcher.group(2) == null ? 1 : matcher.group(2).equals("kib") ? 1 << 10 : 1 << 20;
        return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
    }

    private static String text(Duration duration) {
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    private static Object get(Record settings, RecordComponent component) {
        try {
            return component.getAccessor().invoke(settings);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("a public record has public accessors: " + component, e);
        }
    }

    /** By the canonical constructor, which checks the record as a whole. */
    @SuppressWarnings("unchecked") // a constructor of R's class makes an R
    private static <R extends Record> R construct(R settings, Class<?>[] types, Object[] values) {
        try {
            return (R) settings.getClass().getConstructor(types).newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException wrong) {
                throw wrong;
            }
            throw new AssertionError("the constructor throws for no reason of its own: " + Arrays.toString(values), e);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("a public record has a public constructor: " + settings.getClass(), e);
        }
    }
}
