import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const PROGRAM = "redis-server";

/** Whether a server can be started here. */
export const HAS_REDIS = spawnSync(PROGRAM, ["--version"]).status === 0;

/** A Redis server of its own on loopback, whose log survives a restart. */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number, settings: readonly string[]) {
    this.#folder = folder;
    this.port = port;
    this.#settings = settings;
  }

  /** @param settings More of them, as on its command line. */
  static async start(settings: readonly string[] = []): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(join(tmpdir(), "redis-")), await freePort(), settings);
    await server.again();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it, as after `kill`. */
  async again(): Promise<void> {
    const options = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.#folder, "--save", ""];
    const log = ["--appendonly", "yes", "--appendfsync", "always", "--loglevel", "warning"];
    this.#process = spawn(PROGRAM, [...options, ...log, ...this.#settings], { stdio: "ignore" });
    for (;;) {
      const socket = connect(this.port, "127.0.0.1");
      const isUp = await once(socket, "connect").then(
        () => true,
        () => false,
      );
      socket.destroy();
      if (isUp) return;
      await delay(10);
    }
  }

  /** Ends it as a loss of power would. */
  async kill(): Promise<void> {
    const ended = once(this.#process!, "exit");
    this.#process!.kill("SIGKILL");
    await ended;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
