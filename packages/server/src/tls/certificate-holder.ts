import type { ServerOptions as HttpOptions, RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import { type Certificate, readCertificate, type TlsFiles } from "./read-certificate.ts";

declare module "fastify" {
  interface FastifyInstance {
    /** Takes what the files of the certificate hold now; without TLS nothing. */
    reloadCertificate: () => Promise<void>;
  }
}

/** How often the files are looked at: reading a few kilobytes, since symbolic links that are swapped tell no watcher. */
const LOOK_EVERY_MS = 5000;
const DAY_MS = 86_400_000;

/** When a certificate ends soon: two weeks before, or in the last quarter of one that holds for less than eight. */
const WARN_BEFORE_MS = 14 * DAY_MS;
const WARN_SHARE = 1 / 4;

const OLDEST_TLS = "TLSv1.2";

/** What is told of a certificate. */
export interface CertificateEvents {
  /** Another one is used from now on. */
  readonly onLoaded: (certificate: Certificate) => void;
  /** What the files hold now is refused; the one before stays. Told once for each state of the files. */
  readonly onRefused: (error: Error) => void;
  /** It ends soon, or has; told once a day. */
  readonly onEnding: (certificate: Certificate) => void;
}

/** The certificate of a server: as its files hold it, and the last good one while they hold none. */
export class CertificateHolder {
  readonly #files: TlsFiles;
  readonly #servers = new Set<Server>();
  #current: Certificate;
  #refusal: string | undefined;
  #warnedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #events: CertificateEvents | undefined;

  private constructor(files: TlsFiles, certificate: Certificate) {
    this.#files = files;
    this.#current = certificate;
  }

  /** @throws {ModelwrightError} `ACCESS_CERTIFICATE_INVALID`. */
  static async open(files: TlsFiles): Promise<CertificateHolder> {
    return new CertificateHolder(files, await readCertificate(files, new Date()));
  }

  get current(): Certificate {
    return this.#current;
  }

  /** A server that shows it; connections that are open keep the one that they were shown. */
  createServer(options: HttpOptions, handler: RequestListener): Server {
    const server = createServer({ ...options, ...this.#context() }, handler);
    this.#servers.add(server);
    return server;
  }

  /** Follows the files from now on. */
  watch(events: CertificateEvents, everyMs: number = LOOK_EVERY_MS): void {
    this.#events = events;
    this.#warn();
    this.#timer = setInterval(() => void this.reload(), everyMs);
    this.#timer.unref();
  }

  /** Takes what the files hold now, if it is another certificate and a good one. */
  async reload(): Promise<void> {
    try {
      const found = await readCertificate(this.#files, new Date());
      this.#refusal = undefined;
      if (!isSame(found, this.#current)) {
        this.#current = found;
        this.#warnedAt = Number.NEGATIVE_INFINITY;
        for (const server of this.#servers) server.setSecureContext(this.#context());
        this.#events?.onLoaded(found);
      }
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#refusal) this.#events?.onRefused(error as Error);
      this.#refusal = message;
    }
    this.#warn();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #context() {
    const { cert, key } = this.#current;
    return { cert, key, minVersion: OLDEST_TLS } as const;
  }

  #warn(): void {
    const { notBefore, notAfter } = this.#current;
    const now = Date.now();
    const lifetime = notAfter.getTime() - notBefore.getTime();
    const isEnding = notAfter.getTime() - now < Math.min(WARN_BEFORE_MS, lifetime * WARN_SHARE);
    if (!isEnding || now - this.#warnedAt < DAY_MS) return;
    this.#warnedAt = now;
    this.#events?.onEnding(this.#current);
  }
}

function isSame(a: Certificate, b: Certificate): boolean {
  return a.cert.equals(b.cert) && a.key.equals(b.key);
}
