import { createWriteStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { extname, posix } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ModelwrightError } from "@modelwright/contracts";
import type { Table } from "../tables/table.ts";
import { withoutSecrets, withVariables } from "./source-address.ts";
import { isTableFile, openTableFile } from "./table-file.ts";
import type { TableOptions } from "./table-options.ts";
import { temporaryFile } from "./temporary-files.ts";

/** Endings by what a server says a file is, where its name does not tell. */
const ENDINGS: Readonly<Record<string, string>> = {
  "text/csv": ".csv",
  "text/tab-separated-values": ".tsv",
  "text/plain": ".txt",
  "application/json": ".json",
  "application/jsonl": ".jsonl",
  "application/x-ndjson": ".ndjson",
  "application/vnd.apache.parquet": ".parquet",
  "application/vnd.apache.arrow.file": ".arrow",
  "application/vnd.apache.arrow.stream": ".arrow",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
  "application/vnd.ms-excel": ".xls",
  "application/vnd.oasis.opendocument.spreadsheet": ".ods",
};
/** Bytes of a file at most. */
export const LARGEST_FILE = 2 ** 36;
/** Without a byte for so long a server counts as gone. */
const PATIENCE_MS = 60_000;
/** Times that a file is asked for again where it was cut off. */
const RESUMPTIONS = 3;

/**
 * Opens a file from a web server: it is fetched into a temporary file first, and read by the ending of its name or by
 * what the server says it is.
 *
 * A file that is cut off is asked for from there on, where the server can do that.
 *
 * @param place The address without its scheme.
 * @throws {ModelwrightError} `DATA_SOURCE_NOT_FOUND`, `DATA_SOURCE_FAILED`, `DATA_TOO_LARGE`, `DATA_VARIABLE_MISSING`, and
 *   what its format throws.
 */
export function openHttps(scheme: "http" | "https") {
  return async (place: string, options: TableOptions): Promise<Table> => {
    const address = `${scheme}:${place}`;
    const shown = withoutSecrets(address);
    const [, sheet] = /#(.+)$/s.exec(address) ?? [];
    const { path, name } = await fetched(withVariables(address.replace(/#.*$/s, "")), shown);
    return openTableFile(path, {
      ...options,
      name: options.name ?? name,
      source: shown,
      ...(sheet === undefined ? {} : { sheet: decodeURIComponent(sheet) }),
    });
  };
}

interface Fetched {
  readonly path: string;
  readonly name: string;
}

async function fetched(address: string, shown: string): Promise<Fetched> {
  if (!URL.canParse(address)) throw failed(shown, "it is no address");
  const first = await request(address, { shown });
  const name = nameOf(first, address, shown);
  const path = await temporaryFile(name);
  try {
    let answer = first;
    for (let attempt = 0; ; attempt++) {
      const problem = await save(answer, { path, shown, isAppended: attempt > 0 });
      if (problem === undefined) return { path, name };
      const { size } = await stat(path).catch(() => ({ size: 0 }));
      if (attempt === RESUMPTIONS || !canResume(first)) throw failed(shown, `${problem} after ${size} bytes`);
      answer = await request(address, { shown, from: size, tag: tagOf(first) });
      if (answer.status !== 206)
        throw failed(shown, `${problem} after ${size} bytes, and the server does not go on from there`);
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function request(
  address: string,
  { shown, from, tag }: { readonly shown: string; readonly from?: number; readonly tag?: string | undefined },
): Promise<Response> {
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  if (from !== undefined) headers["range"] = `bytes=${from}-`;
  if (from !== undefined && tag !== undefined) headers["if-range"] = tag;
  const { url, authorization } = withoutCredentials(address);
  if (authorization !== undefined) headers["authorization"] = authorization;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(url, { headers, signal: stop.signal });
    if (answer.status === 404 || answer.status === 410)
      throw new ModelwrightError("DATA_SOURCE_NOT_FOUND", { source: shown, looked: `the server (${answer.status})` });
    if (!answer.ok || answer.body === null)
      throw failed(shown, `the server answers ${answer.status} ${answer.statusText}`.trim());
    return answer;
  } catch (cause) {
    throw cause instanceof ModelwrightError ? cause : failed(shown, reasonOf(cause), cause);
  } finally {
    clearTimeout(timer);
  }
}

/** What fetch refuses in an address, as the header that it stands for. */
function withoutCredentials(address: string): { readonly url: URL; readonly authorization?: string } {
  const url = new URL(address);
  const { username, password } = url;
  if (username === "" && password === "") return { url };
  url.username = "";
  url.password = "";
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { url, authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** @returns What went wrong on the way; `undefined` where the file is whole. */
async function save(
  answer: Response,
  { path, shown, isAppended }: { readonly path: string; readonly shown: string; readonly isAppended: boolean },
): Promise<string | undefined> {
  const announced = answer.headers.get("content-encoding") === null ? answer.headers.get("content-length") : null;
  if (Number(announced) > LARGEST_FILE) throw tooLarge(shown);
  let received = 0;
  const body = Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]);
  const silence = setTimeout(() => body.destroy(new Error(`no byte came for ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      silence.refresh();
      received += chunk.length;
      if (received > LARGEST_FILE) throw tooLarge(shown);
      yield chunk;
    }
  }
  try {
    await pipeline(counted, createWriteStream(path, { flags: isAppended ? "a" : "w" }));
  } catch (cause) {
    if (cause instanceof ModelwrightError || isOfDisk(cause)) throw cause;
    return `the connection ended (${reasonOf(cause)})`;
  } finally {
    clearTimeout(silence);
  }
  const isWhole = announced === null || received === Number(announced);
  return isWhole ? undefined : `the connection ended`;
}

/** Only a file that is known to be the same can be gone on with. */
function canResume(answer: Response): boolean {
  return answer.headers.get("accept-ranges") === "bytes" && tagOf(answer) !== undefined;
}

function tagOf(answer: Response): string | undefined {
  const tag = answer.headers.get("etag");
  return tag === null || tag.startsWith("W/") ? (answer.headers.get("last-modified") ?? undefined) : tag;
}

function nameOf(answer: Response, address: string, shown: string): string {
  const [, given] = /filename="?([^";]+)"?/i.exec(answer.headers.get("content-disposition") ?? "") ?? [];
  const names = [answer.url, address].map((url) => posix.basename(decoded(new URL(url).pathname)));
  const known = [given, ...names].find((name) => name !== undefined && isTableFile(name));
  const [type = ""] = (answer.headers.get("content-type") ?? "").split(";");
  if (type.trim() === "text/html" && !(known ?? "").endsWith(".xls")) {
    throw failed(shown, "the server answers with a web page, perhaps one to sign in, and no table");
  }
  if (known !== undefined) return known;
  const name = names[1] === "" ? "data" : names[1]!;
  return `${name.slice(0, name.length - extname(name).length)}${ENDINGS[type.trim().toLowerCase()] ?? extname(name)}`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** What stands behind a failure of fetch, which says only that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "AbortError") return `no answer within ${PATIENCE_MS / 1000} s`;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  const code = "code" in cause ? String(cause.code) : "";
  return cause.message === "" ? code : cause.message;
}

function isOfDisk(error: unknown): boolean {
  return (
    error instanceof Error && "code" in error && ["ENOSPC", "EDQUOT", "EIO", "EACCES"].includes(String(error.code))
  );
}

function failed(source: string, problem: string, cause?: unknown): ModelwrightError {
  return new ModelwrightError("DATA_SOURCE_FAILED", { source, problem }, { cause });
}

function tooLarge(file: string): ModelwrightError {
  return new ModelwrightError("DATA_TOO_LARGE", {
    file,
    problem: `more than ${LARGEST_FILE / 2 ** 30} GiB`,
    remedy: "Copy the file to this machine, and give its path.",
  });
}
