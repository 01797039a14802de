import { z } from "zod";
import { readTextFile } from "./read-json-file.ts";

/** What a model's `README.md` says of it. */
export interface ModelPage {
  /** As it is written there, `unknown` where it is not. */
  readonly license: string;
  /** ISO 639-1 codes; empty where it names none. */
  readonly languages: readonly string[];
}

const UNKNOWN: ModelPage = { license: "unknown", languages: [] };
const FRONT_MATTER = /^---\r?\n(.*?)\r?\n---(?:\r?\n|$)/s;
const LONGEST = 100_000;

const text = z.string().max(200);
const schema = z.object({
  license: z.union([text, z.array(text)]).nullish(),
  license_name: text.nullish(),
  language: z.union([text, z.array(text)]).nullish(),
});

/** Reads the fields at the head of a model's page. A page is for people: what of it cannot be understood is unknown, not an error. */
export async function readModelPage(file: string): Promise<ModelPage> {
  const page = await readTextFile(file).catch(() => undefined);
  const front = FRONT_MATTER.exec(page?.slice(0, LONGEST) ?? "")?.[1];
  if (front === undefined) return UNKNOWN;
  const { parse } = await import("yaml");
  let fields: z.output<typeof schema>;
  try {
    fields = schema.parse(parse(front, { maxAliasCount: 0 }));
  } catch {
    return UNKNOWN;
  }
  const { license, license_name: name, language } = fields;
  const [first] = [license ?? []].flat();
  const stated = first === "other" ? (name ?? first) : first;
  return {
    license: stated === undefined || stated.trim() === "" ? UNKNOWN.license : stated.trim(),
    languages: [language ?? []].flat().flatMap((code) => /^[a-z]{2}(?=$|[-_])/i.exec(code)?.[0].toLowerCase() ?? []),
  };
}
