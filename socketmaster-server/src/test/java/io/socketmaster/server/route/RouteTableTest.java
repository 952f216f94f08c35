package io.socketmaster.server.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.server.route.RouteTable.Route;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouteTableTest {
    private RouteTable<String> table = RouteTable.empty();

    @Test
    void anExactHostBeatsALongerSuffixBeatsAShorterBeatsNone() throws Exception {
        register("", "/", "any");
        register(".com", "/", "short");
        register(".example.com", "/", "long");
        register("www.example.com", "/", "exact");

        assertThat(find("www.example.com", "/")).contains("exact");
        assertThat(find("x.example.com", "/")).contains("long");
        assertThat(find("example.com", "/")).contains("long");
        assertThat(find("evilexample.com", "/")).contains("short");
        assertThat(find("example.org", "/")).contains("any");
        assertThat(table.find(HostName.NONE, RequestPath.ROOT)).contains("any");
    }

    @Test
    void aWildcardBeatsTheSuffixOfTheSameHostAndLeavesItTheHostItself() throws Exception {
        register(".example.com", "/", "suffix");
        register("*.example.com", "/", "wildcard");

        assertThat(find("x.y.example.com", "/")).contains("wildcard");
        assertThat(find("example.com", "/")).contains("suffix");
    }

    @Test
    void theHostDecidesBeforeThePathAmongRoutesThatMatchBoth() throws Exception {
        register(".com", "/a/b/c", "long path");
        register("example.com", "/a", "exact host");

        assertThat(find("example.com", "/a/b/c")).contains("exact host");
        assertThat(find("example.org.com", "/a/b/c")).contains("long path");
    }

    @Test
    void aHostWhosePathsDoNotMatchLeavesTheRequestToAWiderHost() throws Exception {
        register("example.com", "/a", "exact");
        register(".com", "/", "wider");

        assertThat(find("example.com", "/b")).contains("wider");
    }

    @Test
    void theLongestPathPrefixWinsOnASegmentBoundary() throws Exception {
        register("", "/", "root");
        register("", "/a", "a");
        register("", "/a/", "a slash");
        register("", "/a/b", "a b");

        assertThat(find("h", "/a")).contains("a");
        assertThat(find("h", "/a?x=/a/b")).contains("a");
        assertThat(find("h", "/a/")).contains("a slash");
        assertThat(find("h", "/a/x")).contains("a slash");
        assertThat(find("h", "/a/bc")).contains("a slash");
        assertThat(find("h", "/a/b/c")).contains("a b");
        assertThat(find("h", "/ab")).contains("root");
    }

    @Test
    void withoutARouteThatFitsThereIsNone() throws Exception {
        register("example.com", "/a", "x");

        assertThat(find("example.com", "/b")).isEmpty();
        assertThat(find("example.org", "/a")).isEmpty();
        assertThat(RouteTable.<String>empty().find(HostName.of("h"), RequestPath.ROOT))
                .isEmpty();
    }

    @Test
    void aTableNeverChanges() throws Exception {
        RouteTable<String> before = table.with(HostPattern.ANY, PathPrefix.ROOT, "x");
        RouteTable<String> after =
                before.with(HostPattern.ANY, PathPrefix.ROOT, "y").without(HostPattern.ANY, PathPrefix.ROOT);

        assertThat(before.get(HostPattern.ANY, PathPrefix.ROOT)).contains("x");
        assertThat(before.size()).isOne();
        assertThat(after.isEmpty()).isTrue();
        assertThat(after.without(HostPattern.ANY, PathPrefix.ROOT)).isSameAs(after);
    }

    @Test
    void prefixAndHostAreRemovedExactly() {
        HostPattern suffix = HostPattern.parse(".example.com");
        HostPattern exact = HostPattern.parse("example.com");
        table = table.with(suffix, PathPrefix.parse("/a"), "1").with(suffix, PathPrefix.parse("/a/"), "2");

        assertThat(table.without(exact, PathPrefix.parse("/a"))).isSameAs(table);
        assertThat(table.without(suffix, PathPrefix.parse("/a")).routes())
                .containsExactly(new Route<>(suffix, PathPrefix.parse("/a/"), "2"));
    }

    @Test
    void tenThousandRoutesComeAndGoOneByOne() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            register("h" + i + ".example.com", "/p" + i, "t" + i);
        }
        assertThat(table.size()).isEqualTo(10_000);
        for (int i = 0; i < 10_000; i++) {
            assertThat(find("h" + i + ".example.com", "/p" + i + "/x")).contains("t" + i);
            table = table.without(HostPattern.parse("h" + i + ".example.com"), PathPrefix.parse("/p" + i));
            assertThat(find("h" + i + ".example.com", "/p" + i + "/x")).isEmpty();
        }
        assertThat(table.isEmpty()).isTrue();
        assertThat(table.routes()).isEmpty();
    }

    @Test
    void theOutcomeIsThatOfTheRulesReadNaivelyAndDoesNotDependOnTheOrderOfRegistration() throws Exception {
        Random random = new Random(42);
        for (int round = 0; round < 300; round++) {
            Map<String, Route<Integer>> routes = new HashMap<>();
            for (int i = random.nextInt(25); i >= 0; i--) {
                Route<Integer> route = new Route<>(randomPattern(random), randomPrefix(random), i);
                routes.put(route.host() + " " + route.path(), route);
            }
            List<Route<Integer>> order = new ArrayList<>(routes.values());
            RouteTable<Integer> one = register(order, random);
            Collections.shuffle(order, random);
            RouteTable<Integer> other = register(order, random);

            assertThat(other.routes()).isEqualTo(one.routes());
            assertThat(one.size()).isEqualTo(routes.size());
            for (int i = 0; i < 60; i++) {
                HostName host = HostName.of(randomHost(random));
                RequestPath path = RequestPath.of(randomPath(random, 4));
                Optional<Integer> expected = naively(order, host.text(), path.text());
                assertThat(one.find(host, path))
                        .as("%s %s in %s", host, path, one)
                        .isEqualTo(expected);
                assertThat(other.find(host, path)).isEqualTo(expected);
            }
        }
    }

    /** Registers everything, and in between something that is taken away again. */
    private static RouteTable<Integer> register(List<Route<Integer>> routes, Random random) {
        RouteTable<Integer> table = RouteTable.empty();
        for (Route<Integer> route : routes) {
            HostPattern host = randomPattern(random);
            PathPrefix path = randomPrefix(random);
            if (table.get(host, path).isEmpty()) {
                table = table.with(host, path, -1).without(host, path);
            }
            table = table.with(route.host(), route.path(), route.target());
        }
        return table;
    }

    /** The contract's sentences on text, without this package's own matching. */
    private static Optional<Integer> naively(List<Route<Integer>> routes, String host, String path) {
        Integer best = null;
        int bestRank = -1;
        for (Route<Integer> route : routes) {
            String name = route.host().host().text();
            boolean below = host.endsWith("." + name);
            int rank = switch (route.host().kind()) {
                case EXACT -> host.equals(name) ? 1_000_000 : -1;
                case WILDCARD -> below ? 1_000 * (2 * name.length() + 1) : -1;
                case SUFFIX -> below || host.equals(name) ? 1_000 * 2 * name.length() : -1;
                case ANY -> 0;
            };
            String prefix = route.path().text();
            boolean fits = prefix.endsWith("/")
                    ? path.startsWith(prefix)
                    : path.equals(prefix) || path.startsWith(prefix + "/");
            if (rank >= 0 && fits && rank + prefix.length() > bestRank) {
                bestRank = rank + prefix.length();
                best = route.target();
            }
        }
        return Optional.ofNullable(best);
    }

    private static HostPattern randomPattern(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> HostPattern.ANY;
            case 1 -> HostPattern.parse("*." + randomHost(random));
            case 2 -> HostPattern.parse("." + randomHost(random));
            default -> HostPattern.parse(randomHost(random));
        };
    }

    private static String randomHost(Random random) {
        StringBuilder host = new StringBuilder(randomLabel(random));
        for (int n = random.nextInt(4); n > 0; n--) {
            host.append('.').append(randomLabel(random));
        }
        return host.toString();
    }

    private static String randomLabel(Random random) {
        return random.nextBoolean() ? "a" : random.nextBoolean() ? "b" : "ab";
    }

    private static PathPrefix randomPrefix(Random random) {
        return PathPrefix.parse(randomPath(random, 3));
    }

    private static String randomPath(Random random, int most) {
        StringBuilder path = new StringBuilder();
        for (int n = random.nextInt(most); n > 0; n--) {
            path.append('/').append(randomLabel(random));
        }
        return path.append(path.length() == 0 || random.nextBoolean() ? "/" : "")
                .toString();
    }

    private void register(String host, String path, String target) {
        table = table.with(host.isEmpty() ? HostPattern.ANY : HostPattern.parse(host), PathPrefix.parse(path), target);
    }

    private Optional<String> find(String host, String target) throws Exception {
        return table.find(HostName.ofAuthority(host), RequestPath.of(target));
    }
}
