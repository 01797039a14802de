const encoder = new TextEncoder();

/** A byte as a token: `<0x0A>`. */
const BYTE_TOKEN = /^<0x([0-9A-F]{2})>$/i;

/** Gives the ids of the UTF-8 bytes of an unknown text, `undefined` when the vocabulary lacks the token of one. */
export function byteFallback(vocabulary: ReadonlyMap<string, number>): (text: string) => readonly number[] | undefined {
  const byByte = Array.from({ length: 256 }, (_, byte) =>
    vocabulary.get(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`),
  );
  return (text) => {
    const ids = Array.from(encoder.encode(text), (byte) => byByte[byte]);
    return ids.every((id) => id !== undefined) ? ids : undefined;
  };
}

/** Makes text of runs of byte tokens; of a run that is no UTF-8 each byte becomes U+FFFD. */
export function joinByteTokens(tokens: readonly string[]): string[] {
  const texts: string[] = [];
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) texts.push(...textOf(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    const byte = BYTE_TOKEN.exec(token);
    if (byte !== null) bytes.push(Number.parseInt(byte[1]!, 16));
    else {
      flush();
      texts.push(token);
    }
  }
  flush();
  return texts;
}

function textOf(bytes: readonly number[]): readonly string[] {
  try {
    return [new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))];
  } catch {
    return bytes.map(() => "\ufffd");
  }
}
