import { RefusedModel } from "./decode-failure.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of UTF-8 bytes; other bytes are refused, as they would not come back as they were. */
export function decodeText(bytes: Uint8Array | undefined, where: string): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new RefusedModel("texts are UTF-8", `other bytes in ${where}`);
  }
}
