package io.convergate.node.admin.api;

import java.util.List;

/**
 * The past of the configuration as one node keeps it.
 *
 * @param revision the newest configuration it knows
 * @param kept how many changes it keeps
 * @param changes the newest of them, the newest first
 */
public record HistoryReport(String revision, int kept, List<ChangeView> changes) {
    public HistoryReport {
        changes = List.copyOf(changes);
    }
}
