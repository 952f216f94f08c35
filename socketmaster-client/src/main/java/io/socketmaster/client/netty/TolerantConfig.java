package io.socketmaster.client.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;

/**
 * Passes over the options of a socket that we do not have, such as {@code SO_BACKLOG} and {@code SO_REUSEADDR}, which every
 * framework sets; to refuse them would log a warning for each.
 */
final class TolerantConfig extends DefaultChannelConfig {
    TolerantConfig(Channel channel) {
        super(channel);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        if (!super.setOption(option, value)) {
            validate(option, value);
        }
        return true;
    }
}
