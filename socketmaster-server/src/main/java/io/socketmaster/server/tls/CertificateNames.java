package io.socketmaster.server.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/** The hosts that a certificate is for, and how it is called in a message. */
final class CertificateNames {
    private static final int DNS_NAME = 2;
    private static final int MAX_NAME = 253;
    private static final int MAX_SHOWN = 120;
    private static final String LABEL_REST = "(?:[a-z0-9_-]{0,61}[a-z0-9_])?";
    private static final Pattern HOST =
            Pattern.compile("(?:\\*\\.)?(?:[a-z0-9_]" + LABEL_REST + "\\.)*[a-z_]" + LABEL_REST);

    private CertificateNames() {}

    /**
     * @param usable in lower case, {@code host} or {@code *.suffix}
     * @param unusable names that no client can ask for, fit for a message
     */
    record Names(List<String> usable, List<String> unusable) {}

    /** The DNS names of {@code certificate}, or its common name if it has none (RFC 6125 section 6.4.4). */
    static Names of(X509Certificate certificate) {
        List<String> given = dnsNames(certificate);
        if (given.isEmpty()) {
            given = commonName(certificate);
        }
        Set<String> usable = new LinkedHashSet<>();
        List<String> unusable = new ArrayList<>();
        for (String name : given) {
            String lower = name.toLowerCase(Locale.ROOT);
            String host = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
            if (host.length() <= MAX_NAME && HOST.matcher(host).matches()) {
                usable.add(host);
            } else {
                unusable.add(shown(name));
            }
        }
        return new Names(List.copyOf(usable), unusable);
    }

    private static List<String> dnsNames(X509Certificate certificate) {
        Collection<List<?>> entries;
        try {
            entries = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return List.of(); // a damaged extension names nobody; clients see it the same way
        }
        if (entries == null) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (List<?> entry : entries) {
            if (entry.get(0).equals(DNS_NAME)) {
                names.add((String) entry.get(1));
            }
        }
        return names;
    }

    private static List<String> commonName(X509Certificate certificate) {
        RDN[] names = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded())
                .getRDNs(BCStyle.CN);
        return names.length == 0
                ? List.of()
                : List.of(IETFUtils.valueToString(names[0].getFirst().getValue()));
    }

    /** The subject, as a message calls the certificate. */
    static String subject(X509Certificate certificate) {
        String subject = certificate.getSubjectX500Principal().getName();
        return subject.isEmpty() ? "without a subject" : shown(subject);
    }

    /** Text that a stranger chose: bounded, on one line. */
    private static String shown(String text) {
        String bounded = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
        return '"' + bounded.replaceAll("[^ -~]", "?") + '"';
    }
}
