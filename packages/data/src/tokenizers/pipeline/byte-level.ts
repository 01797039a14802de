/**
 * The printable characters that stand for the 256 bytes in byte-level vocabularies (GPT-2, Radford et al. 2019): Latin-1 characters that print
 * stand for themselves, the others for the characters from U+0100 on, in the order of the bytes.
 */
export const BYTE_CHARACTERS: readonly string[] = byteCharacters();

const BYTES = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));
const encoder = new TextEncoder();

/** GPT-2's words: contractions, letters, numbers and other characters, each with the space before it; and white space. */
const WORDS =
  /'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

export function splitByteLevelWords(text: string): string[] {
  return text.match(WORDS) ?? [];
}

/** The UTF-8 bytes of a text as their characters. */
export function toByteCharacters(text: string): string {
  let characters = "";
  for (const byte of encoder.encode(text)) characters += BYTE_CHARACTERS[byte];
  return characters;
}

/** The bytes of tokens. A token with a character that stands for no byte stands for itself. */
export function fromByteCharacters(tokens: readonly string[]): Uint8Array {
  return Uint8Array.from(
    tokens.flatMap((token) => {
      const bytes = Array.from(token, (character) => BYTES.get(character));
      return bytes.every((byte) => byte !== undefined) ? bytes : [...encoder.encode(token)];
    }),
  );
}

function byteCharacters(): string[] {
  const prints = (byte: number) => (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(prints(byte) ? byte : next++));
}
