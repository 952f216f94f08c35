package io.socketmaster.server.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SniTableTest {
    @Test
    void exactThenWildcardThenSuffixThenWhatHasNoName() throws Exception {
        SniTable<String> table = SniTable.<String>empty()
                .with(HostPattern.ANY, "default")
                .with(HostPattern.parse(".example.com"), "suffix")
                .with(HostPattern.parse("*.example.com"), "wildcard")
                .with(HostPattern.parse("www.example.com"), "exact");

        assertThat(table.find(HostName.of("WWW.example.com"))).contains("exact");
        assertThat(table.find(HostName.of("x.example.com"))).contains("wildcard");
        assertThat(table.find(HostName.of("example.com"))).contains("suffix");
        assertThat(table.find(HostName.of("evilexample.com"))).contains("default");
        assertThat(table.find(HostName.NONE)).contains("default");
        assertThat(table.entries())
                .extracting(SniTable.Entry::target)
                .containsExactly("exact", "wildcard", "suffix", "default");
    }

    @Test
    void aNameThatNobodyHasLeadsNowhere() throws Exception {
        SniTable<String> table = SniTable.<String>empty().with(HostPattern.parse("a.example.com"), "a");

        assertThat(table.find(HostName.of("b.example.com"))).isEmpty();
        assertThat(table.find(HostName.NONE)).isEmpty();
    }

    @Test
    void aNameIsReplacedAndRemovedExactly() {
        HostPattern name = HostPattern.parse("a.example.com");
        SniTable<String> table = SniTable.<String>empty().with(name, "old").with(name, "new");

        assertThat(table.size()).isOne();
        assertThat(table.get(name)).contains("new");
        assertThat(table.without(HostPattern.parse(".a.example.com"))).isSameAs(table);
        assertThat(table.without(name).isEmpty()).isTrue();
        assertThat(table.without(name).get(name)).isEmpty();
    }
}
