import { ModelwrightError, type TaskName } from "@modelwright/contracts";
import { isLoopback, refuseOtherNames } from "./routes/browser-safety.ts";
import { modelList } from "./routes/list-models.ts";
import type { ServerOptions } from "./server-options.ts";

export interface StartOptions extends ServerOptions {
  /** Default `127.0.0.1`: reachable from this machine only. */
  readonly host?: string;
  /** Lets it listen where other machines reach it while there is no key to ask them for. Default false. */
  readonly withoutKeys?: boolean;
  /** 0 lets the system choose. Default 8000. */
  readonly port?: number;
}

export interface ServedReference {
  readonly reference: string;
  readonly task: TaskName;
  /** Whether its items are pairs of texts. */
  readonly pairs: boolean;
  /** Of a model of rows: the names of its columns. */
  readonly columns?: readonly string[];
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** What is served, each with the shortest reference that finds it. */
  readonly models: readonly ServedReference[];
  /** Takes what the files of the certificate hold now, as happens within seconds anyway; without TLS nothing. */
  readonly reloadCertificate: () => Promise<void>;
  /** Answers what was accepted, refuses what comes, then ends the workers. A second call gives the same promise. */
  readonly close: () => Promise<void>;
}

/**
 * Loads the models into worker threads, checks every file against its digest, and listens once every worker is warm.
 *
 * @throws {ModelwrightError} `ACCESS_KEYS_ABSENT`, `ACCESS_CERTIFICATE_INVALID`, `SERVER_PORT_IN_USE`, `SERVER_LISTEN_FAILED`; `SERVER_OPTION_INVALID`,
 *   `ENGINE_PROVIDER_UNAVAILABLE`, `SERVER_NO_MODELS`, `SERVER_VERSION_UNREADABLE`, `ENGINE_MODEL_REFUSED`; `REGISTRY_*` for
 *   a reference that finds nothing or files that were changed.
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { host = "127.0.0.1", port = 8000 } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ModelwrightError("SERVER_OPTION_INVALID", {
      option: "port",
      rule: "a whole number from 0 to 65535",
      got: port,
    });
  }
  if (options.withoutKeys !== true && !isLoopback(host) && (await options.registry?.stores?.keys.ring())?.isEmpty) {
    throw new ModelwrightError("ACCESS_KEYS_ABSENT", { host });
  }
  // Only here: a program that imports the server among other things may never start one.
  const { createServer } = await import("./create-server.ts");
  const app = await createServer(options);
  refuseOtherNames(app, host);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= app.close();
    return closing;
  };
  try {
    const url = await app.listen({ host, port });
    const { models } = modelList(app.servedNow());
    const served = models.map(({ references, task, pairs = false, columns }) => ({
      reference: references[0]!,
      task: task as TaskName,
      pairs,
      ...(columns === undefined ? {} : { columns: columns.map(({ name }) => name) }),
    }));
    return { url, models: served, reloadCertificate: app.reloadCertificate, close };
  } catch (cause) {
    await close();
    throw listenError(cause as NodeJS.ErrnoException, host, port);
  }
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): ModelwrightError {
  if (cause.code === "EADDRINUSE") return new ModelwrightError("SERVER_PORT_IN_USE", { host, port }, { cause });
  return new ModelwrightError("SERVER_LISTEN_FAILED", { host, port, problem: cause.code ?? cause.message }, { cause });
}
