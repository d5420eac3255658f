package io.convergate.node.main;

import io.convergate.config.seal.Sealing;
import io.convergate.config.tls.FileWatch;
import io.convergate.config.tls.PeerTls;
import io.convergate.node.admin.access.AdminAccess;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * What the files hold that a node's settings name: certificates, keys and tokens. Read before anything is bound or written.
 *
 * @param access who may do what with the admin API
 * @param peers TLS between nodes; empty for none
 * @param sealing what Secrets are sealed with
 */
record NodeFiles(AdminAccess access, Optional<PeerTls> peers, Sealing sealing) {
    /**
     * Reads them.
     *
     * @param watch looks at them from now on
     * @throws IllegalArgumentException if one cannot be used, or would not be safe; the message names the option
     */
    static NodeFiles open(NodeSettings settings, FileWatch watch) throws UnknownHostException {
        AdminAccess access = AdminAccess.open(
                settings.access(), InetAddress.getByName(settings.host()), watch, InstantSource.system());
        Optional<PeerTls> peers = settings.clusterTls().map(tls -> tls.open(watch));
        return new NodeFiles(access, peers, settings.secrets().open(watch));
    }
}
