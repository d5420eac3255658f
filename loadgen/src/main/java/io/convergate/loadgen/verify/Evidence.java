package io.convergate.loadgen.verify;

import io.convergate.loadgen.load.Exchange;
import java.util.List;

/** Exchanges as lines of evidence. */
final class Evidence {
    private Evidence() {}

    /** The first few. */
    static List<String> of(List<Exchange> exchanges, History history) {
        return exchanges.stream()
                .limit(Finding.EVIDENCE_MAX)
                .map(exchange -> line(exchange, history))
                .toList();
    }

    private static String line(Exchange exchange, History history) {
        StringBuilder line = new StringBuilder(history.at(exchange.endedNanos()))
                .append(' ')
                .append(exchange.outcome().text())
                .append(": ")
                .append(exchange.load())
                .append(" #")
                .append(exchange.number())
                .append(' ')
                .append(exchange.request());
        if (!exchange.target().isEmpty()) {
            line.append(" to ").append(exchange.target());
        }
        if (exchange.status() != 0) {
            line.append(", status ").append(exchange.status());
        }
        if (!exchange.upstream().isEmpty()) {
            line.append(", from ").append(exchange.upstream());
        }
        if (!exchange.detail().isEmpty()) {
            line.append(", ").append(exchange.detail());
        }
        return line.toString();
    }
}
