import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A model on the hub for tests. */
export interface HubRepository {
  /** Files by commit (40 hexadecimal digits) and path. */
  readonly commits: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>>;
  /** Commits by name; `main` among them. */
  readonly branches: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** Its files are given to those alone who send this token; the listings to everybody. */
  readonly gatedFor?: string;
  /** It is shown to those alone who send this token. */
  readonly privateFor?: string;
}

/** What happens once to a request instead of, or to, its answer. */
export interface HubFault {
  /** The first request whose path it matches. */
  readonly path: RegExp;
  /** Answers with a status and nothing else. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers with a text instead of JSON. */
  readonly body?: string;
  /** The connection breaks after so many bytes of the answer. */
  readonly breakAfter?: number;
  /** The answer ends, as if it were whole, after so many bytes. */
  readonly endAfter?: number;
  /** A byte of the answer is another one. */
  readonly corrupt?: boolean;
  /** All of the file is sent, whatever part is asked for. */
  readonly ignoreRange?: boolean;
}

/** A request that came. */
export interface HubRequest {
  readonly path: string;
  readonly range?: string;
  readonly authorization?: string;
}

/** A hub on this machine, for tests of what asks one: two origins, as the hub and its storage are. */
export interface TestHub {
  readonly endpoint: string;
  /** In the order in which they came; those to the storage begin with `/storage/`. */
  readonly requests: HubRequest[];
  /** What will go wrong; whatever has happened is gone from it. */
  readonly faults: HubFault[];
  close(): Promise<void>;
}

export interface TestHubOptions {
  /** Tokens that are known; any other is answered with 401. Default: none. */
  readonly tokens?: readonly string[];
  /** Files on a page of a listing. Default 1,000. */
  readonly pageSize?: number;
}

/**
 * A server that speaks the hub's routes as far as downloads of models need them:
 * `/api/models/<repository>/revision`, `/tree`, `/refs`, and `/<repository>/resolve`, with pages, etags,
 * ranges, LFS' digests, a redirect to a storage for large files, and the hub's error codes.
 *
 * Source: https://huggingface.co/docs/hub/api, and what the hub answers.
 */
export async function startTestHub(
  repositories: Readonly<Record<string, HubRepository>>,
  options: TestHubOptions = {},
): Promise<TestHub> {
  const [requests, faults]: [HubRequest[], HubFault[]] = [[], []];
  const storage = createServer((request, response) => {
    const fault = note(request, requests, faults);
    if (fault !== undefined && answerFault(response, fault)) return;
    // A storage does not know the hub's tokens, and must not learn them.
    if (request.headers.authorization !== undefined) {
      response.writeHead(400).end();
      return;
    }
    const [, , owner, name, commit, ...path] = pathOf(request).split("/");
    const content = repositories[`${owner}/${name}`]?.commits[commit!]?.[path.join("/")];
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    sendBytes(request, response, { bytes: Buffer.from(content), fault });
  });
  const storageUrl = await listen(storage);
  const hub = createServer((request, response) => {
    const fault = note(request, requests, faults);
    if (fault !== undefined && answerFault(response, fault)) return;
    new Answer(request, response, { repositories, options, storageUrl, fault }).send();
  });
  const endpoint = await listen(hub);
  return { endpoint, requests, faults, close: async () => void (await Promise.all([hub, storage].map(closed))) };
}

interface Situation {
  readonly repositories: Readonly<Record<string, HubRepository>>;
  readonly options: TestHubOptions;
  readonly storageUrl: string;
  readonly fault: HubFault | undefined;
}

/** The answer to one request. */
class Answer {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #situation: Situation;

  constructor(request: IncomingMessage, response: ServerResponse, situation: Situation) {
    this.#request = request;
    this.#response = response;
    this.#situation = situation;
  }

  send(): ServerResponse {
    const token = this.#request.headers.authorization?.replace(/^Bearer /, "");
    const { repositories, options } = this.#situation;
    if (token !== undefined && !(options.tokens ?? []).includes(token)) {
      return this.#refuse(401, undefined, "Invalid credentials in Authorization header");
    }
    const api = /^\/api\/models\/([^/]+\/[^/]+)\/(revision|tree|refs)(?:\/([^/]+))?$/.exec(pathOf(this.#request));
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(pathOf(this.#request));
    const name = (api ?? file)?.[1];
    const repository = name === undefined ? undefined : repositories[name];
    const isHidden = repository?.privateFor !== undefined && repository.privateFor !== token;
    if (repository === undefined || isHidden) {
      return token === undefined
        ? this.#refuse(401, "RepoNotFound", "Invalid username or password.")
        : this.#refuse(404, "RepoNotFound", "Repository not found");
    }
    if (api !== null) return this.#api(repository, { name: name!, route: api[2]!, revision: api[3] });
    if (repository.gatedFor !== undefined && repository.gatedFor !== token) {
      return this.#refuse(token === undefined ? 401 : 403, "GatedRepo", "Access to this model is restricted");
    }
    return this.#file(repository, { name: name!, revision: file![2]!, path: decodeURIComponent(file![3]!) });
  }

  #api(
    repository: HubRepository,
    { name, route, revision }: { name: string; route: string; revision: string | undefined },
  ): ServerResponse {
    const { branches, tags = {} } = repository;
    if (route === "refs") {
      const list = (refs: Readonly<Record<string, string>>, kind: string) =>
        Object.entries(refs).map(([ref, targetCommit]) => ({ name: ref, ref: `refs/${kind}/${ref}`, targetCommit }));
      return this.#json({ branches: list(branches, "heads"), converts: [], tags: list(tags, "tags") });
    }
    const commit = commitOf(repository, revision);
    if (commit === undefined) return this.#refuse(404, "RevisionNotFound", `Invalid rev id: ${revision}`);
    if (route === "revision") {
      const siblings = Object.keys(repository.commits[commit]!).map((rfilename) => ({ rfilename }));
      return this.#json({ id: name, sha: commit, siblings, private: false, gated: false });
    }
    return this.#tree(repository.commits[commit]!);
  }

  #tree(files: Readonly<Record<string, string | Uint8Array>>): ServerResponse {
    const { pageSize = 1000 } = this.#situation.options;
    const url = new URL(this.#request.url!, `http://${this.#request.headers.host}`);
    const from = Number(url.searchParams.get("cursor") ?? 0);
    const folders = new Set(Object.keys(files).flatMap((path) => (path.includes("/") ? [path.split("/")[0]!] : [])));
    const entries = [
      ...[...folders].map((path) => ({ type: "directory", path, size: 0, oid: gitOid(path) })),
      ...Object.entries(files).map(([path, content]) => describe(path, Buffer.from(content))),
    ];
    url.searchParams.set("cursor", String(from + pageSize));
    const next = from + pageSize < entries.length ? { link: `<${url}>; rel="next"` } : {};
    return this.#json(entries.slice(from, from + pageSize), next);
  }

  #file(repository: HubRepository, asked: { name: string; revision: string; path: string }): ServerResponse {
    const commit = commitOf(repository, asked.revision);
    if (commit === undefined) return this.#refuse(404, "RevisionNotFound", `Invalid rev id: ${asked.revision}`);
    const content = repository.commits[commit]![asked.path];
    if (content === undefined) return this.#refuse(404, "EntryNotFound", "Entry not found");
    const bytes = Buffer.from(content);
    this.#response.setHeader("x-repo-commit", commit);
    if (!isLarge(asked.path)) {
      this.#response.setHeader("etag", `"${gitOid(bytes)}"`);
      return sendBytes(this.#request, this.#response, { bytes, fault: this.#situation.fault });
    }
    return this.#response
      .writeHead(302, {
        location: `${this.#situation.storageUrl}/storage/${asked.name}/${commit}/${asked.path}?signature=secret`,
        "x-linked-size": bytes.length,
        "x-linked-etag": `"${sha256(bytes)}"`,
      })
      .end();
  }

  #json(value: unknown, headers: Readonly<Record<string, string>> = {}): ServerResponse {
    return this.#response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
  }

  #refuse(status: number, code: string | undefined, message: string): ServerResponse {
    const named = code === undefined ? {} : { "x-error-code": code };
    return this.#response
      .writeHead(status, { ...named, "x-error-message": message })
      .end(JSON.stringify({ error: message }));
  }
}

/** What the hub keeps by LFS. */
function isLarge(path: string): boolean {
  return /\.(safetensors|bin|onnx|onnx_data(_\d+)?)$/.test(path);
}

function describe(path: string, bytes: Buffer) {
  const { length: size } = bytes;
  if (!isLarge(path)) return { type: "file", path, size, oid: gitOid(bytes) };
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(bytes)}\nsize ${size}\n`;
  const lfs = { oid: sha256(bytes), size, pointerSize: pointer.length };
  return { type: "file", path, size, oid: gitOid(pointer), lfs };
}

function commitOf({ commits, branches, tags = {} }: HubRepository, revision: string | undefined): string | undefined {
  const name = decodeURIComponent(revision ?? "");
  return branches[name] ?? tags[name] ?? (name in commits ? name : undefined);
}

function sendBytes(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes, fault }: { readonly bytes: Buffer; readonly fault: HubFault | undefined },
): ServerResponse {
  const range = fault?.ignoreRange === true ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const from = Number(range?.[1] ?? 0);
  if (range !== null && from >= bytes.length) return response.writeHead(416).end();
  const sent = Buffer.from(bytes.subarray(from));
  if (fault?.corrupt === true) sent[sent.length >> 1]! ^= 1;
  const length = fault?.endAfter ?? sent.length;
  response.writeHead(range === null ? 200 : 206, {
    "content-length": length,
    ...(range === null ? {} : { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
  });
  if (fault?.breakAfter === undefined) return response.end(sent.subarray(0, length));
  response.write(sent.subarray(0, fault.breakAfter), () => setTimeout(() => response.destroy(), 20));
  return response;
}

/** Notes a request; returns the fault that it meets, which is then over. */
function note(request: IncomingMessage, requests: HubRequest[], faults: HubFault[]): HubFault | undefined {
  const { range, authorization } = request.headers;
  const path = pathOf(request);
  requests.push({
    path,
    ...(range === undefined ? {} : { range }),
    ...(authorization === undefined ? {} : { authorization }),
  });
  const at = faults.findIndex((fault) => fault.path.test(path));
  return at < 0 ? undefined : faults.splice(at, 1)[0];
}

function answerFault(response: ServerResponse, { status, headers = {}, body }: HubFault): boolean {
  if (status === undefined && body === undefined) return false;
  response.writeHead(status ?? 200, headers).end(body);
  return true;
}

function pathOf(request: IncomingMessage): string {
  return request.url!.replace(/\?.*$/s, "");
}

/** The name that git gives to a content. */
function gitOid(content: string | Buffer): string {
  return createHash("sha1")
    .update(`blob ${Buffer.byteLength(content)}\0`)
    .update(content)
    .digest("hex");
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => void server.close(() => resolve()));
}
