package io.blobcache.node.source.request;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Resolves names and refuses link-local addresses. Checked on the address that is connected to, so neither a redirect
 * nor a name that resolves differently the second time reaches the metadata service of a cloud.
 */
final class GuardedResolver implements DnsResolver {
    /** The IPv6 address of the EC2 metadata service; it is unique-local, not link-local. */
    private static final byte[] EC2_METADATA = {
        (byte) 0xfd, 0x00, 0x0e, (byte) 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54
    };

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = SystemDefaultDnsResolver.INSTANCE.resolve(host);
        for (InetAddress address : addresses) {
            if (address.isLinkLocalAddress() || Arrays.equals(address.getAddress(), EC2_METADATA)) {
                throw new LinkLocalAddressException(host);
            }
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return SystemDefaultDnsResolver.INSTANCE.resolveCanonicalHostname(host);
    }
}
