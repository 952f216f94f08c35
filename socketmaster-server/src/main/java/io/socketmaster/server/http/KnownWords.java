package io.socketmaster.server.http;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;

/**
 * Words that occur again and again, found by their bytes, so that nothing is made of bytes that mean one of them. Case
 * matters. Immutable: any thread.
 */
final class KnownWords {
    /** Slots for each word: with so many free, hardly a look-up takes a second step. */
    private static final int ROOM = 4;

    /** By hash; a word whose slot is taken is in the next free one. At least one is free. */
    private final AsciiString[] slots;

    private final int longest;

    KnownWords(Collection<String> words) {
        slots = new AsciiString[Integer.highestOneBit(words.size() * ROOM) << 1];
        int max = 0;
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
            slots[slotOf(bytes, 0, bytes.length)] = new AsciiString(bytes, /* copy= */ false);
            max = Math.max(max, bytes.length);
        }
        longest = max;
    }

    /** The word with these bytes; {@code null} if it is not one of those known. */
    AsciiString find(byte[] bytes, int start, int length) {
        return length > longest ? null : slots[slotOf(bytes, start, length)];
    }

    /** As {@link #find}, or else a new text with these bytes. */
    String text(byte[] bytes, int start, int length) {
        AsciiString known = find(bytes, start, length);
        return known == null ? new String(bytes, start, length, StandardCharsets.ISO_8859_1) : known.toString();
    }

    /** Where the word is, or where it would be. */
    private int slotOf(byte[] bytes, int start, int length) {
        int hash = length;
        for (int i = start; i < start + length; i++) {
            hash = 31 * hash + bytes[i];
        }
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != null && !isSame(slots[slot], bytes, start, length)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static boolean isSame(AsciiString word, byte[] bytes, int start, int length) {
        return Arrays.equals(word.array(), 0, word.length(), bytes, start, start + length);
    }
}
