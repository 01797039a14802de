import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HAS_OPENSSL, makeCertificate, openssl } from "../testing/certificates.ts";
import { readCertificate, type TlsFiles } from "./read-certificate.ts";

describe.runIf(HAS_OPENSSL)("a certificate that OpenSSL made", () => {
  const NOW = new Date();
  const DAY_MS = 86_400_000;
  let folder: string;
  let good: TlsFiles;
  let other: TlsFiles;
  const at = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "certificates-"));
    good = makeCertificate(folder, "good");
    other = makeCertificate(folder, "other");
    openssl("pkey", "-in", good.key, "-aes256", "-passout", "pass:secret", "-out", at("encrypted.key"));
    openssl("ec", "-in", good.key, "-aes256", "-passout", "pass:secret", "-out", at("legacy.key"));
    openssl("x509", "-in", good.certificate, "-outform", "der", "-out", at("der.crt"));
    openssl("pkey", "-in", good.key, "-outform", "der", "-out", at("der.key"));
    const [own, another] = [await readFile(good.certificate, "utf8"), await readFile(other.certificate, "utf8")];
    await writeFile(at("chain.crt"), own + another);
    await writeFile(at("turned.crt"), another + own);
    await writeFile(at("damaged.crt"), own.replace(/(?<=CERTIFICATE-----\n).{64}/, "A".repeat(64)));
    await writeFile(at("half.crt"), own.slice(0, 300));
    await writeFile(at("empty.crt"), "");
    await writeFile(at("windows.crt"), own.replaceAll("\n", "\r\n"));
    await copyFile(good.key, at("both.crt"));
    await writeFile(at("both.crt"), own + (await readFile(good.key, "utf8")));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each(["good.crt", "chain.crt", "windows.crt", "both.crt"])("is read from %s", async (name) => {
    const { names, notBefore, notAfter } = await readCertificate({ ...good, certificate: at(name) }, NOW);
    expect(names).toBe("DNS:localhost, IP Address:127.0.0.1");
    expect((notAfter.getTime() - notBefore.getTime()) / DAY_MS).toBe(90);
  });

  test("is read where one file holds it and its key", async () => {
    expect(await readCertificate({ certificate: at("both.crt"), key: at("both.crt") }, NOW)).toBeDefined();
  });

  test.each<[problem: string, files: Partial<TlsFiles>, says: string]>([
    ["is not there", { certificate: "none.crt" }, "none.crt: there is no such file"],
    ["is a folder", { certificate: "." }, "it is a folder"],
    ["has no key", { key: "none.key" }, "none.key: there is no such file"],
    ["is of another key", { key: "other.key" }, "it does not belong to CN=good, the first certificate in"],
    ["comes after another in its chain", { certificate: "turned.crt" }, "it does not belong to CN=other"],
    ["is encrypted", { key: "encrypted.key" }, "the key is encrypted, and a server has nobody to ask"],
    ["is encrypted the old way", { key: "legacy.key" }, "the key is encrypted"],
    ["is in DER", { certificate: "der.crt" }, "it holds no certificate in PEM, but something in DER"],
    ["has a key in DER", { key: "der.key" }, "it holds no private key in PEM, but something in DER"],
    ["is damaged", { certificate: "damaged.crt" }, "certificate 1 of its 1 is damaged"],
    ["is half written", { certificate: "half.crt" }, "it holds no certificate in PEM"],
    ["is empty", { certificate: "empty.crt" }, "it holds no certificate in PEM"],
    ["changed places with its key", { certificate: "good.key" }, "it holds a private key, and no certificate"],
    ["is given as its key", { key: "good.crt" }, "it holds a certificate, and no private key"],
  ])("that %s is refused", async (_, files, says) => {
    const wrong = Object.fromEntries(Object.entries(files).map(([part, name]) => [part, at(name)]));
    const failure = readCertificate({ ...good, ...wrong }, NOW);
    await expect(failure).rejects.toMatchObject({ code: "ACCESS_CERTIFICATE_INVALID" });
    await expect(failure).rejects.toThrow(says);
  });

  test("that has expired, or does not hold yet, is refused with the day", async () => {
    const later = new Date(NOW.getTime() + 91 * DAY_MS);
    await expect(readCertificate(good, later)).rejects.toThrow(/the certificate of CN=good expired on 20\d\d-/);
    const earlier = new Date(NOW.getTime() - DAY_MS);
    await expect(readCertificate(good, earlier)).rejects.toThrow(/holds from 20\d\d-.* on, not yet/);
  });
});
