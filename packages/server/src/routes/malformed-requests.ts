import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { ModelwrightError } from "@modelwright/contracts";
import { SAFE_HEADERS } from "./browser-safety.ts";

/** What Node's parser calls the problem, as status and words; everything else is 400. */
const PROBLEMS: Readonly<Record<string, readonly [status: number, problem: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "the headers are too large"],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "the chunk extensions are too large"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "the request did not arrive in time"],
};

/** Answers what is not HTTP, or never became a whole request, and closes the connection. */
export function answerMalformedRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [status, problem] = PROBLEMS[error.code ?? ""] ?? [400, "it is not valid HTTP"];
  const known = new ModelwrightError("SERVER_BODY_INVALID", { problem });
  const body = JSON.stringify({ ...known.toJSON(), requestId: randomUUID() });
  const headers = Object.entries({
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    connection: "close",
    ...SAFE_HEADERS,
  });
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
