package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;

/**
 * Writes messages in HTTP/1.1 (RFC 9112). Heads and short pieces of bodies are gathered in one buffer until the flush, so that
 * a short message is one write to the socket; longer pieces go on as they are. Everything it is given has been checked: it
 * escapes nothing. The channel's event loop owns every field.
 */
final class Http1Writer {
    /** Pieces of a body up to this size are copied: a buffer of its own costs more. */
    private static final int COPY_LIMIT = 2 * 1024;

    /** So much is gathered at most before it is handed on. */
    private static final int GATHER_LIMIT = 16 * 1024;

    /** Most heads fit. */
    private static final int FIRST_BYTES = 1024;

    private static final AsciiString VERSION = AsciiString.cached("HTTP/1.1 ");
    private static final AsciiString REQUEST_LINE_END = AsciiString.cached(" HTTP/1.1\r\n");
    private static final AsciiString LAST_CHUNK = AsciiString.cached("0\r\n");
    private static final int CRLF = '\r' << 8 | '\n';
    private static final int COLON_SPACE = ':' << 8 | ' ';

    private final ChannelHandlerContext context;
    private ByteBuf gathered;
    private boolean chunked;
    private boolean closed;

    Http1Writer(ChannelHandlerContext context) {
        this.context = context;
    }

    void requestLine(String method, String target) {
        ByteBuf out = room(method.length() + target.length() + REQUEST_LINE_END.length() + 1);
        ByteBufUtil.writeAscii(out, method);
        out.writeByte(' ');
        ByteBufUtil.writeAscii(out, target);
        ByteBufUtil.writeAscii(out, REQUEST_LINE_END);
    }

    void statusLine(HttpResponseStatus status) {
        ByteBuf out = room(VERSION.length() + 6 + status.reasonPhrase().length());
        ByteBufUtil.writeAscii(out, VERSION);
        ByteBufUtil.writeAscii(out, status.codeAsText());
        out.writeByte(' ');
        ByteBufUtil.writeAscii(out, status.reasonPhrase());
        out.writeShort(CRLF);
    }

    void fields(HttpHeaders fields) {
        Iterator<Map.Entry<CharSequence, CharSequence>> all = fields.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = all.next();
            field(field.getKey(), field.getValue());
        }
    }

    void field(CharSequence name, CharSequence value) {
        ByteBuf out = room(name.length() + value.length() + 4);
        ByteBufUtil.writeAscii(out, name);
        out.writeShort(COLON_SPACE);
        ByteBufUtil.writeAscii(out, value);
        out.writeShort(CRLF);
    }

    /**
     * A field with a number.
     *
     * @param value not negative
     */
    void field(CharSequence name, long value) {
        ByteBuf out = room(name.length() + 23);
        ByteBufUtil.writeAscii(out, name);
        out.writeShort(COLON_SPACE);
        decimal(out, value);
        out.writeShort(CRLF);
    }

    private static void decimal(ByteBuf out, long value) {
        if (value >= 10) {
            decimal(out, value / 10);
        }
        out.writeByte((int) ('0' + value % 10));
    }

    /**
     * Ends a head.
     *
     * @param chunkedBody whether the body that follows is in chunks (section 7.1); else its length was told, or it has none
     */
    void endHead(boolean chunkedBody) {
        room(2).writeShort(CRLF);
        chunked = chunkedBody;
    }

    /**
     * A piece of a body.
     *
     * @param data given away
     */
    void body(ByteBuf data) {
        int length = data.readableBytes();
        if (closed || length == 0) {
            data.release();
            return;
        }
        if (chunked) {
            ByteBuf out = room(10);
            ByteBufUtil.writeAscii(out, Integer.toHexString(length));
            out.writeShort(CRLF);
        }
        if (length <= COPY_LIMIT) {
            room(length).writeBytes(data);
            data.release();
        } else {
            handOn();
            context.write(data, context.voidPromise());
        }
        if (chunked) {
            room(2).writeShort(CRLF);
        }
    }

    /**
     * Ends a body.
     *
     * @param trailers left out where a body in chunks does not carry them
     */
    void end(HttpHeaders trailers) {
        if (chunked) {
            ByteBufUtil.writeAscii(room(LAST_CHUNK.length()), LAST_CHUNK);
            fields(trailers);
            room(2).writeShort(CRLF);
            chunked = false;
        }
    }

    void flush() {
        handOn();
        context.flush();
    }

    /** The channel has ended, or carries something else from now on: nothing more is written. */
    void close() {
        closed = true;
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
    }

    private void handOn() {
        if (gathered != null) {
            ByteBuf out = gathered;
            gathered = null;
            context.write(out, context.voidPromise());
        }
    }

    private ByteBuf room(int bytes) {
        if (gathered != null && gathered.readableBytes() + bytes > GATHER_LIMIT) {
            handOn();
        }
        if (gathered == null) {
            gathered = context.alloc().ioBuffer(Math.max(bytes, FIRST_BYTES));
        }
        return gathered;
    }
}
