package io.socketmaster.server.http;

import io.netty.handler.codec.DateFormatter;
import io.netty.util.AsciiString;
import java.util.Date;

/** The value of a Date field (RFC 9110 section 6.6.1): made once a second. Any thread. */
final class DateField {
    private record Made(long second, AsciiString value) {}

    private static volatile Made last = new Made(-1, AsciiString.EMPTY_STRING);

    private DateField() {}

    static AsciiString now() {
        long millis = System.currentTimeMillis();
        Made made = last;
        if (made.second() != millis / 1000) {
            made = new Made(millis / 1000, new AsciiString(DateFormatter.format(new Date(millis))));
            last = made;
        }
        return made.value();
    }
}
