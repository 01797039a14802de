import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Whether this machine can make certificates. */
export const HAS_OPENSSL = (() => {
  try {
    return execFileSync("openssl", ["version"], { encoding: "utf8" }).startsWith("OpenSSL");
  } catch {
    return false;
  }
})();

/**
 * Makes a certificate of its own for localhost, with a key on P-256, by OpenSSL: `<name>.crt` and `<name>.key`.
 * @param options.days How long it holds from now on. Default: 90.
 */
export function makeCertificate(folder: string, name: string, { days = 90 }: { readonly days?: number } = {}) {
  const files = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", files.key];
  const names = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  openssl("req", "-x509", ...key, ...names, "-days", String(days), "-out", files.certificate);
  return files;
}

export function openssl(...args: readonly string[]): void {
  execFileSync("openssl", args, { stdio: "pipe" });
}
