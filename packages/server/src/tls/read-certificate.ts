import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { ModelwrightError } from "@modelwright/contracts";

/** Where a certificate lies. */
export interface TlsFiles {
  /** Path of a chain in PEM, the server's own certificate first. */
  readonly certificate: string;
  /** Path of its private key in PEM, without a passphrase. */
  readonly key: string;
}

/** A certificate and its key, which belong together and hold now. */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Whom it is for: `DNS:models.example, IP Address:10.0.0.7`. */
  readonly names: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "this user may not read it",
  EISDIR: "it is a folder",
};

/**
 * Reads a certificate and its key, and checks all that would only show when somebody connects.
 * @throws {ModelwrightError} `ACCESS_CERTIFICATE_INVALID`.
 */
export async function readCertificate(files: TlsFiles, now: Date): Promise<Certificate> {
  const cert = await readPart(files.certificate);
  const key = await readPart(files.key);
  const [first] = readChain(files.certificate, cert);
  const owner = oneLine(first.subject || (first.subjectAltName ?? "an unnamed owner"));
  if (!first.checkPrivateKey(readKey(files.key, key))) {
    invalid(files.key, `it does not belong to ${owner}, the first certificate in ${files.certificate}`);
  }
  const [notBefore, notAfter] = [new Date(first.validFrom), new Date(first.validTo)];
  if (notAfter <= now) invalid(files.certificate, `the certificate of ${owner} expired on ${notAfter.toISOString()}`);
  if (notBefore > now) {
    invalid(files.certificate, `the certificate of ${owner} holds from ${notBefore.toISOString()} on, not yet`);
  }
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    invalid(files.certificate, `OpenSSL refuses it: ${(error as Error).message}`);
  }
  return { cert, key, names: first.subjectAltName ?? owner, notBefore, notAfter };
}

async function readPart(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    return invalid(file, UNREADABLE[code] ?? message);
  }
}

function readChain(file: string, content: Buffer): [X509Certificate, ...X509Certificate[]] {
  const blocks = content.toString("latin1").match(BLOCK) ?? [];
  const [first, ...others] = blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch {
      return invalid(file, `certificate ${index + 1} of its ${blocks.length} is damaged`);
    }
  });
  if (first !== undefined) return [first, ...others];
  if (content.includes("PRIVATE KEY")) invalid(file, "it holds a private key, and no certificate");
  return invalid(file, `it holds no certificate in PEM${isDer(content) ? ", but something in DER" : ""}`);
}

function readKey(file: string, content: Buffer): KeyObject {
  if (content.includes("ENCRYPTED")) {
    invalid(file, "the key is encrypted, and a server has nobody to ask for its passphrase");
  }
  try {
    return createPrivateKey(content);
  } catch {
    if (content.includes("BEGIN CERTIFICATE")) invalid(file, "it holds a certificate, and no private key");
    return invalid(file, `it holds no private key in PEM${isDer(content) ? ", but something in DER" : ""}`);
  }
}

/** Both begin with a SEQUENCE of ASN.1. */
function isDer(content: Buffer): boolean {
  return content[0] === 0x30;
}

function oneLine(subject: string): string {
  return subject.trim().replaceAll("\n", ", ");
}

function invalid(file: string, problem: string): never {
  throw new ModelwrightError("ACCESS_CERTIFICATE_INVALID", { file, problem });
}
