import type { TextSource } from "../tables/file-text.ts";

/** Text that lies in no file, in pieces so small that every boundary is crossed. */
export function textInMemory(name: string, text: string, pieceLength = 7): TextSource {
  async function* chunks(): AsyncGenerator<string> {
    const characters = [...text]; // no decoder divides one
    for (let start = 0; start < characters.length; start += pieceLength) {
      yield characters.slice(start, start + pieceLength).join("");
    }
  }
  return { name, chunks, warnings: new Set() };
}
