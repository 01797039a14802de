import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { request as plainRequest } from "node:http";
import { Agent, request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import type { FastifyInstance } from "fastify";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createServerWith } from "../create-server.ts";
import { startServer } from "../start-server.ts";
import { HAS_OPENSSL, makeCertificate } from "../testing/certificates.ts";
import { openTinyRegistry, type TinyRegistry } from "../testing/tiny-registry.ts";
import { CertificateHolder } from "./certificate-holder.ts";
import type { TlsFiles } from "./read-certificate.ts";

describe.runIf(HAS_OPENSSL)("TLS", () => {
  let tiny: TinyRegistry;
  let folder: string;
  beforeAll(async () => {
    tiny = await openTinyRegistry();
    folder = await mkdtemp(join(tmpdir(), "tls-"));
    for (const name of ["first", "second"]) makeCertificate(folder, name);
    makeCertificate(folder, "short", { days: 1 });
  });
  afterAll(async () => {
    await tiny.remove();
    await rm(folder, { recursive: true });
  });

  /** Puts a certificate, or parts of two, where a server looks. */
  async function put(files: TlsFiles, certificate: string, key = certificate): Promise<void> {
    await cp(join(folder, `${certificate}.crt`), files.certificate);
    await cp(join(folder, `${key}.key`), files.key);
  }

  describe("a server", () => {
    let app: FastifyInstance;
    let files: TlsFiles;
    let port: number;
    const lines: { msg: string; names?: string; err?: { message: string } }[] = [];

    beforeEach(async () => {
      const own = await mkdtemp(join(folder, "server-"));
      files = { certificate: join(own, "tls.crt"), key: join(own, "tls.key") };
      await put(files, "first");
      lines.length = 0;
      const options = { registry: tiny.registry, models: [], workers: 1, threadsPerWorker: 1, drainMs: 0 };
      app = await createServerWith(
        { ...options, tls: files, logger: true },
        { logTo: { write: (line) => lines.push(JSON.parse(line)) } },
      );
      expect(await app.listen({ port: 0, host: "127.0.0.1" })).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
      port = (app.server.address() as AddressInfo).port;
    });
    afterEach(() => app.close());

    /** The answer, and for whom the certificate is that the connection was shown. */
    async function ask(agent: Agent, path = "/v1/models") {
      const ca = await Promise.all(["first", "second"].map((name) => readFile(join(folder, `${name}.crt`))));
      return new Promise<{ status: number; owner: string; headers: Record<string, unknown>; body: string }>(
        (resolve, reject) => {
          const headers = { host: "models.example" };
          const asked = request({ host: "127.0.0.1", port, path, agent, ca, headers, servername: "localhost" });
          asked.on("error", reject);
          asked.on("response", (response) => {
            // Before its end: then the socket may be gone.
            const owner = String((response.socket as TLSSocket).getPeerCertificate().subject?.CN);
            response.setEncoding("utf8");
            let body = "";
            response.on("data", (part) => {
              body += part;
            });
            response.on("end", () => resolve({ status: response.statusCode!, owner, headers: response.headers, body }));
          });
          asked.end();
        },
      );
    }

    test("answers by HTTPS alone, TLS 1.2 or newer, and says when its certificate ends", async () => {
      const agent = new Agent({ maxCachedSessions: 0 });
      const { status, owner, headers } = await ask(agent);
      expect([status, owner]).toEqual([200, "first"]);
      expect(headers["strict-transport-security"]).toBe("max-age=31536000");
      const { body } = await ask(agent, "/metrics");
      const [, seconds] = /^modelwright_certificate_expiry_timestamp_seconds (\S+)$/m.exec(body)!;
      expect((Number(seconds) * 1000 - Date.now()) / 86_400_000).toBeCloseTo(90, 1);
      const shake = (version: "TLSv1.1" | "TLSv1.2" | "TLSv1.3") =>
        new Promise<string | null>((resolve) => {
          const range = { minVersion: version, maxVersion: version, ciphers: "DEFAULT:@SECLEVEL=0" } as const;
          const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ...range }, () => {
            resolve(socket.getProtocol());
            socket.destroy();
          });
          socket.on("error", () => resolve("refused"));
        });
      expect(await Promise.all((["TLSv1.1", "TLSv1.2", "TLSv1.3"] as const).map(shake))).toEqual([
        "refused",
        "TLSv1.2",
        "TLSv1.3",
      ]);
      const plain = await new Promise((resolve) => {
        const asked = plainRequest({ port, host: "127.0.0.1", path: "/health" }, ({ statusCode }) =>
          resolve(statusCode),
        );
        asked.on("error", () => resolve("no answer"));
        asked.end();
      });
      expect(plain).not.toBe(200);
    });

    test("takes a new certificate while connections that are open go on", async () => {
      const open = new Agent({ keepAlive: true, maxSockets: 1 });
      expect((await ask(open)).owner).toBe("first");
      await put(files, "second");
      await app.reloadCertificate();
      expect((await ask(open)).owner).toBe("first");
      expect((await ask(new Agent({ maxCachedSessions: 0 }))).owner).toBe("second");
      expect(lines.filter(({ msg }) => msg === "another certificate is shown from now on")).toHaveLength(1);
      open.destroy();
    });

    test("keeps the old one while a pair is half written, which is told once", async () => {
      await put(files, "second", "first");
      for (let i = 0; i < 3; i++) await app.reloadCertificate();
      expect((await ask(new Agent({ maxCachedSessions: 0 }))).owner).toBe("first");
      await writeFile(files.key, "");
      await app.reloadCertificate();
      const refused = lines.filter(({ msg }) => msg.startsWith("the files of the certificate are refused"));
      expect(refused.map(({ err }) => err!.message)).toEqual([
        expect.stringContaining("tls.key: it does not belong to CN=second"),
        expect.stringContaining("tls.key: it holds no private key in PEM"),
      ]);
      await put(files, "second");
      await app.reloadCertificate();
      expect((await ask(new Agent({ maxCachedSessions: 0 }))).owner).toBe("second");
    });
  });

  test("links that are swapped, as in a volume of Kubernetes, are followed; an end that is near is told", async () => {
    const volume = await mkdtemp(join(folder, "volume-"));
    const swap = async (name: string) => {
      await mkdir(join(volume, name));
      await put({ certificate: join(volume, name, "tls.crt"), key: join(volume, name, "tls.key") }, name);
      await symlink(name, join(volume, "..new"));
      await rename(join(volume, "..new"), join(volume, "..data"));
    };
    await swap("first");
    for (const name of ["tls.crt", "tls.key"]) await symlink(join("..data", name), join(volume, name));
    const holder = await CertificateHolder.open({
      certificate: join(volume, "tls.crt"),
      key: join(volume, "tls.key"),
    });
    const told: string[] = [];
    holder.watch(
      {
        onLoaded: () => told.push("loaded"),
        onRefused: ({ message }) => told.push(message),
        onEnding: () => told.push("ending"),
      },
      10,
    );
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      await swap("second");
      await vi.waitFor(() => expect(told).toEqual(["loaded"]), { timeout: 20_000 });
      vi.setSystemTime(holder.current.notAfter.getTime() - 13 * 86_400_000);
      await holder.reload();
      await holder.reload();
      expect(told).toEqual(["loaded", "ending"]);
    } finally {
      vi.useRealTimers();
      holder.close();
    }
  });

  test("a server does not start with files that make no pair", async () => {
    const tls = { certificate: join(folder, "first.crt"), key: join(folder, "second.key") };
    await expect(startServer({ registry: tiny.registry, models: [], port: 0, tls })).rejects.toMatchObject({
      code: "ACCESS_CERTIFICATE_INVALID",
    });
  });
});
