import { ModelwrightError } from "@modelwright/contracts";

const UNITS = { b: 1, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 } as const;

/** Reads a size such as `64MiB` as bytes; a bare number is one of bytes. */
export function byteSize(option: string) {
  return (text: string): number => {
    const [, count, unit = "b"] = /^(\d+(?:\.\d+)?) ?(b|kib|mib|gib|tib)?$/.exec(text.toLowerCase()) ?? [];
    const bytes = Math.floor(Number(count) * UNITS[unit as keyof typeof UNITS]);
    if (count !== undefined && bytes >= 1 && bytes <= UNITS.tib) return bytes;
    const rule = "a size from 1B to 1TiB, such as 64MiB or 2GiB";
    throw new ModelwrightError("CLI_OPTION_INVALID", { option, rule, got: text });
  };
}
