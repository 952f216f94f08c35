package io.socketmaster.benchmarks.service;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** What a client asks of {@link BulkService}: one byte, and a number of eight bytes. */
public enum BulkCommand {
    /** The service sends that many bytes, then FIN. */
    DOWNLOAD('D'),
    /** The service reads to the FIN and answers with the number of bytes, in eight bytes. The number is unused. */
    UPLOAD('U'),
    /** The same, reading that many bytes a second. */
    SLOW_UPLOAD('S'),
    /** The service sends back what it gets. The number is unused. */
    ECHO('E');

    /** Length of a command on the wire. */
    public static final int BYTES = 1 + Long.BYTES;

    private final char letter;

    BulkCommand(char letter) {
        this.letter = letter;
    }

    /** The bytes that ask for it; the caller owns them. */
    public ByteBuf encode(ByteBufAllocator alloc, long number) {
        return alloc.buffer(BYTES).writeByte(letter).writeLong(number);
    }

    static BulkCommand of(byte letter) {
        for (BulkCommand command : values()) {
            if (command.letter == letter) {
                return command;
            }
        }
        throw new IllegalArgumentException("no bulk command has the letter " + (char) letter);
    }
}
