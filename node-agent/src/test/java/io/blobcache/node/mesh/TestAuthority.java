package io.blobcache.node.mesh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate authority out of the JDK's keytool, and what it issues, as the PEM files that an agent is given. */
public final class TestAuthority {
    private static final String PASSWORD = "changeit";

    private final Path directory;
    private final Path store;

    /** Files of one holder. */
    public record Issued(Path certificate, Path key, Path authorities) {}

    public TestAuthority(Path directory) throws IOException, InterruptedException {
        this.directory = Files.createDirectories(directory);
        this.store = directory.resolve("authority.p12");
        keytool(
                store,
                "-genkeypair",
                "-alias",
                "ca",
                "-keyalg",
                "EC",
                "-dname",
                "CN=ca",
                "-ext",
                "bc:c",
                "-validity",
                "30");
        Files.writeString(authorities(), pem("CERTIFICATE", certificate(store, "ca")));
    }

    public Path authorities() {
        return directory.resolve("authorities.pem");
    }

    /** A certificate with one DNS name, for ten days. */
    public Issued issue(String holder, String dnsName) throws IOException, InterruptedException {
        return issue(holder, dnsName, 10);
    }

    public Issued issue(String holder, String dnsName, int days) throws IOException, InterruptedException {
        return issue(holder, dnsName, "+0d", days);
    }

    /** A certificate that ran out a day ago. */
    public Issued expired(String holder, String dnsName) throws IOException, InterruptedException {
        return issue(holder, dnsName, "-2d", 1);
    }

    /** A certificate of somebody whose clock is a day ahead. */
    public Issued notYetValid(String holder, String dnsName) throws IOException, InterruptedException {
        return issue(holder, dnsName, "+1d", 5);
    }

    private Issued issue(String holder, String dnsName, String start, int days)
            throws IOException, InterruptedException {
        Path own = directory.resolve(holder + ".p12");
        Path request = directory.resolve(holder + ".csr");
        Path signed = directory.resolve(holder + ".crt");
        Files.deleteIfExists(own);
        keytool(own, "-genkeypair", "-alias", "own", "-keyalg", "EC", "-dname", "CN=" + holder);
        keytool(own, "-certreq", "-alias", "own", "-file", request.toString());
        keytool(
                store,
                "-gencert",
                "-alias",
                "ca",
                "-infile",
                request.toString(),
                "-outfile",
                signed.toString(),
                "-rfc",
                "-ext",
                "san=dns:" + dnsName,
                "-startdate",
                start,
                "-validity",
                Integer.toString(days));
        Path certificate = directory.resolve(holder + ".pem");
        Path key = directory.resolve(holder + ".key");
        Files.copy(signed, certificate, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(key, pem("PRIVATE KEY", key(own, "own")));
        return new Issued(certificate, key, authorities());
    }

    private static byte[] certificate(Path store, String alias) throws IOException {
        try {
            return open(store).getCertificate(alias).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static byte[] key(Path store, String alias) throws IOException {
        try {
            return open(store).getKey(alias, PASSWORD.toCharArray()).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static KeyStore open(Path store) throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    }

    private static String pem(String kind, byte[] encoded) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }

    private static void keytool(Path store, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(words));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD, "-storetype", "PKCS12"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("keytool " + words[0] + " failed: " + said);
        }
    }
}
