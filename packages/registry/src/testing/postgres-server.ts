import { type ExecFileOptions, execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";

const run = promisify(execFile);
/** Debian keeps the server's programs here, outside of PATH. */
const DEBIAN = "/usr/lib/postgresql";

/** Folder with `initdb` and `pg_ctl`; undefined where PostgreSQL is not installed. */
function programs(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, "bin")) : [];
  const folders = [...versions.reverse(), ...(process.env["PATH"] ?? "").split(delimiter)];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "pg_ctl")));
}

/** Whether a server can be started here. */
export const HAS_POSTGRES = process.platform !== "win32" && programs() !== undefined;

/** A PostgreSQL server of its own, on a socket and on loopback; what it holds is gone with it. */
export class PostgresServer {
  /** Of the socket. */
  readonly folder: string;
  readonly port: number;

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
  }

  /**
   * Makes and starts one. It trusts whoever comes by the socket, and asks on loopback for a password. Its superuser is
   * `postgres`. It refuses root, which becomes the user `postgres` for it.
   */
  static async start(): Promise<PostgresServer> {
    const folder = await mkdtemp(join(tmpdir(), "pg-"));
    await chmod(folder, 0o755);
    if (isRoot) await chown(folder, ...(await idsOf("postgres")));
    const server = new PostgresServer(folder, await freePort());
    const basics = ["-D", server.#data, "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync", "-A", "trust"];
    // A language by which texts are ordered otherwise than by code units; known from PostgreSQL 15 on.
    const language = ["--locale-provider=icu", "--icu-locale=en-US"];
    await server.#run("initdb", [...basics, ...language]).catch(() => server.#run("initdb", basics));
    await writeFile(
      join(server.#data, "pg_hba.conf"),
      "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n",
    );
    await server.again();
    return server;
  }

  /** Starts it, as after `stop`. Nothing is forced to the disk: no test takes the power away. */
  async again(): Promise<void> {
    const options = `-k ${this.folder} -h 127.0.0.1 -p ${this.port} -F -c max_connections=60`;
    const log = join(this.folder, "log");
    try {
      await this.#run("pg_ctl", ["-D", this.#data, "-o", options, "-l", log, "-w", "start"]);
    } catch (error) {
      throw new Error(`the server did not start: ${await readFile(log, "utf8").catch(String)}`, { cause: error });
    }
  }

  /** @param mode `fast` ends connections; `immediate` is a crash. */
  async stop(mode: "fast" | "immediate" = "fast"): Promise<void> {
    await this.#run("pg_ctl", ["-D", this.#data, "-m", mode, "-w", "stop"]);
  }

  /** Runs statements as its superuser. */
  async sql(statements: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ host: this.folder, port: this.port, user: "postgres", database: "postgres" });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statements)).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends it for good. */
  async remove(): Promise<void> {
    await this.stop("immediate").catch(() => {});
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The URL of a registry on it. */
  url({
    files,
    schema,
    ...at
  }: {
    readonly files: string;
    readonly schema: string;
    readonly user?: string;
    /** Loopback instead of the socket. */
    readonly host?: string;
    readonly port?: number;
  }): string {
    const { user = "postgres", host, port = this.port } = at;
    const query = new URLSearchParams({ files, schema });
    if (host !== undefined) return `postgres://${user}@${host}:${port}/postgres?${query}`;
    query.set("host", this.folder);
    query.set("user", user);
    query.set("port", String(this.port));
    return `postgres:///postgres?${query}`;
  }

  get #data(): string {
    return join(this.folder, "data");
  }

  async #run(program: string, args: readonly string[]): Promise<void> {
    const path = join(programs()!, program);
    const options: ExecFileOptions = { cwd: this.folder };
    if (isRoot) await run("runuser", ["-u", "postgres", "--", path, ...args], options);
    else await run(path, args, options);
  }
}

const isRoot = process.getuid?.() === 0;

async function idsOf(user: string): Promise<[number, number]> {
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => Number((await run("id", [flag, user])).stdout)),
  );
  return [uid!, gid!];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
