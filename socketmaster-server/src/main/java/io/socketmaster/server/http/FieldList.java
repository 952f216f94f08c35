package io.socketmaster.server.http;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;

/**
 * The fields of one head or trailer section, in one array: names and values in the order in which they came. A message has
 * few fields, so looking through all of them is faster than a hash table, and makes no object for each. Names are compared
 * without regard to case, and kept as they were written. Checks nothing: whoever fills it has done that. A value that is no
 * text goes in as its {@code toString()}.
 *
 * <p>Every operation takes time in proportion to the number of fields. Not thread-safe.
 */
final class FieldList extends HttpHeaders {
    /** Most heads have no more, with what is added on the way. */
    private static final int FIRST_FIELDS = 12;

    private static final CharSequence[] NONE = {};

    /** Name, value, name, value: {@code 2 * size} of them. */
    private CharSequence[] texts = NONE;

    private int size;

    private CharSequence name(int index) {
        return texts[2 * index];
    }

    private CharSequence value(int index) {
        return texts[2 * index + 1];
    }

    private boolean isNamed(int index, CharSequence name) {
        return AsciiString.contentEqualsIgnoreCase(name(index), name);
    }

    /** Where the first field of that name is, from {@code from} on; -1 if there is none. */
    private int indexOf(CharSequence name, int from) {
        for (int i = from; i < size; i++) {
            if (isNamed(i, name)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean isEmpty() {
        return size == 0;
    }

    // ---- looking

    @Override
    public boolean contains(CharSequence name) {
        return indexOf(name, 0) >= 0;
    }

    @Override
    public boolean contains(String name) {
        return contains((CharSequence) name);
    }

    @Override
    public boolean containsValue(CharSequence name, CharSequence value, boolean ignoreCase) {
        return contains(name) && super.containsValue(name, value, ignoreCase);
    }

    @Override
    public String get(CharSequence name) {
        int index = indexOf(name, 0);
        return index < 0 ? null : value(index).toString();
    }

    @Override
    public String get(String name) {
        return get((CharSequence) name);
    }

    @Override
    public List<String> getAll(CharSequence name) {
        int first = indexOf(name, 0);
        if (first < 0) {
            return List.of();
        }
        int next = indexOf(name, first + 1);
        if (next < 0) {
            return List.of(value(first).toString());
        }
        List<String> all = new ArrayList<>();
        for (int i = first; i >= 0; i = indexOf(name, i + 1)) {
            all.add(value(i).toString());
        }
        return all;
    }

    @Override
    public List<String> getAll(String name) {
        return getAll((CharSequence) name);
    }

    private <T> T parsed(CharSequence name, Function<String, T> parser) {
        String value = get(name);
        try {
            return value == null ? null : parser.apply(value);
        } catch (NumberFormatException e) {
            return null; // as if there were none, says the base class's contract
        }
    }

    private static <T> T or(T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    @Override
    public Integer getInt(CharSequence name) {
        return parsed(name, Integer::valueOf);
    }

    @Override
    public int getInt(CharSequence name, int otherwise) {
        return or(getInt(name), otherwise);
    }

    @Override
    public Short getShort(CharSequence name) {
        return parsed(name, Short::valueOf);
    }

    @Override
    public short getShort(CharSequence name, short otherwise) {
        return or(getShort(name), otherwise);
    }

    @Override
    public Long getTimeMillis(CharSequence name) {
        Date date = parsed(name, DateFormatter::parseHttpDate);
        return date == null ? null : date.getTime();
    }

    @Override
    public long getTimeMillis(CharSequence name, long otherwise) {
        return or(getTimeMillis(name), otherwise);
    }

    @Override
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < size; i++) {
            names.add(name(i).toString());
        }
        return names;
    }

    @Override
    public List<Map.Entry<String, String>> entries() {
        List<Map.Entry<String, String>> entries = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            entries.add(Map.entry(name(i).toString(), value(i).toString()));
        }
        return entries;
    }

    @Override
    public Iterator<Map.Entry<String, String>> iterator() {
        return entries().iterator();
    }

    /** The fields in their order. An entry is valid until the next one is asked for. */
    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iteratorCharSequence() {
        return new Cursor();
    }

    /** Stands on one field after the other, and is its entry: an object for each field would be most of a request's garbage. */
    private final class Cursor
            implements Iterator<Map.Entry<CharSequence, CharSequence>>, Map.Entry<CharSequence, CharSequence> {
        private int at = -1;

        @Override
        public boolean hasNext() {
            return at + 1 < size;
        }

        @Override
        public Map.Entry<CharSequence, CharSequence> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            at++;
            return this;
        }

        @Override
        public CharSequence getKey() {
            return name(at);
        }

        @Override
        public CharSequence getValue() {
            return value(at);
        }

        @Override
        public CharSequence setValue(CharSequence value) {
            CharSequence before = value(at);
            texts[2 * at + 1] = value;
            return before;
        }
    }

    // ---- changing

    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        if (2 * size == texts.length) {
            texts = Arrays.copyOf(texts, Math.max(2 * FIRST_FIELDS, 2 * texts.length));
        }
        texts[2 * size] = name;
        texts[2 * size + 1] = value instanceof CharSequence text ? text : value.toString();
        size++;
        return this;
    }

    @Override
    public HttpHeaders add(String name, Object value) {
        return add((CharSequence) name, value);
    }

    @Override
    public HttpHeaders add(CharSequence name, Iterable<?> values) {
        for (Object value : values) {
            add(name, value);
        }
        return this;
    }

    @Override
    public HttpHeaders add(String name, Iterable<?> values) {
        return add((CharSequence) name, values);
    }

    @Override
    public HttpHeaders addInt(CharSequence name, int value) {
        return add(name, Integer.toString(value));
    }

    @Override
    public HttpHeaders addShort(CharSequence name, short value) {
        return addInt(name, value);
    }

    @Override
    public HttpHeaders set(CharSequence name, Object value) {
        remove(name);
        return add(name, value);
    }

    @Override
    public HttpHeaders set(String name, Object value) {
        return set((CharSequence) name, value);
    }

    @Override
    public HttpHeaders set(CharSequence name, Iterable<?> values) {
        remove(name);
        return add(name, values);
    }

    @Override
    public HttpHeaders set(String name, Iterable<?> values) {
        return set((CharSequence) name, values);
    }

    @Override
    public HttpHeaders setInt(CharSequence name, int value) {
        return set(name, Integer.toString(value));
    }

    @Override
    public HttpHeaders setShort(CharSequence name, short value) {
        return setInt(name, value);
    }

    @Override
    public HttpHeaders remove(CharSequence name) {
        int kept = indexOf(name, 0);
        if (kept < 0) {
            return this;
        }
        for (int i = kept + 1; i < size; i++) {
            if (!isNamed(i, name)) {
                texts[2 * kept] = name(i);
                texts[2 * kept + 1] = value(i);
                kept++;
            }
        }
        truncate(kept);
        return this;
    }

    @Override
    public HttpHeaders remove(String name) {
        return remove((CharSequence) name);
    }

    @Override
    public HttpHeaders clear() {
        truncate(0);
        return this;
    }

    private void truncate(int fields) {
        Arrays.fill(texts, 2 * fields, 2 * size, null);
        size = fields;
    }

    @Override
    public HttpHeaders copy() {
        FieldList copy = new FieldList();
        copy.texts = texts.clone();
        copy.size = size;
        return copy;
    }
}
