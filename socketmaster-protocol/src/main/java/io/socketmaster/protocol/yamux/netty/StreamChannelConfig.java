package io.socketmaster.protocol.yamux.netty;

import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes and remembers every option that frameworks set on a TCP connection, so that none is logged as unknown. Two of them
 * mean something here: {@code ALLOW_HALF_CLOSURE}, and {@code SO_LINGER} 0, which makes a close a reset.
 */
final class StreamChannelConfig extends DefaultChannelConfig {
    private final Map<ChannelOption<?>, Object> others = new ConcurrentHashMap<>();

    private final YamuxStreamChannel stream;

    StreamChannelConfig(YamuxStreamChannel stream) {
        super(stream);
        this.stream = stream;
    }

    @Override
    protected void autoReadCleared() {
        stream.clearReadPending();
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        if (!super.setOption(option, value)) {
            validate(option, value);
            others.put(option, value);
        }
        return true;
    }

    @Override
    @SuppressWarnings("unchecked") // the value was put under an option of its type
    public <T> T getOption(ChannelOption<T> option) {
        T value = super.getOption(option);
        return value != null ? value : (T) others.get(option);
    }

    boolean allowsHalfClosure() {
        return Boolean.TRUE.equals(others.get(ChannelOption.ALLOW_HALF_CLOSURE));
    }

    boolean resetsOnClose() {
        return Integer.valueOf(0).equals(others.get(ChannelOption.SO_LINGER));
    }
}
