/** Unicode's name of each script that texts are told apart by, by its ISO 15924 code. */
const SCRIPTS: Readonly<Record<string, string>> = {
  Latn: "Latin",
  Cyrl: "Cyrillic",
  Grek: "Greek",
  Arab: "Arabic",
  Hebr: "Hebrew",
  Hani: "Han",
  Kana: "Katakana",
  Hira: "Hiragana",
  Hang: "Hangul",
  Deva: "Devanagari",
  Beng: "Bengali",
  Guru: "Gurmukhi",
  Gujr: "Gujarati",
  Taml: "Tamil",
  Telu: "Telugu",
  Knda: "Kannada",
  Mlym: "Malayalam",
  Sinh: "Sinhala",
  Thai: "Thai",
  Laoo: "Lao",
  Khmr: "Khmer",
  Mymr: "Myanmar",
  Tibt: "Tibetan",
  Armn: "Armenian",
  Geor: "Georgian",
  Ethi: "Ethiopic",
};

const PATTERNS = Object.entries(SCRIPTS).map(([code, name]) => ({
  code,
  letters: new RegExp(`\\p{Script=${name}}`, "gu"),
}));

/** Japanese is written in Chinese characters with kana between them; a few kana are a quotation. */
const JAPANESE_SHARE = 0.05;

/** The script of most letters of some texts, and which share of them it has. */
export interface DominantScript {
  /** ISO 15924: `Latn`, `Hani`, `Jpan`. */
  readonly script: string;
  /** In (0, 1]. */
  readonly share: number;
}

/** The script in which most letters of some texts are; undefined where there are no letters. */
export function dominantScript(texts: readonly string[]): DominantScript | undefined {
  const letters = texts.join("\n").replace(/[\P{L}]+/gu, "");
  const counts = new Map(PATTERNS.map(({ code, letters: own }) => [code, letters.match(own)?.length ?? 0]));
  const take = (code: string): number => {
    const count = counts.get(code)!;
    counts.delete(code);
    return count;
  };
  const kana = take("Kana") + take("Hira");
  const han = take("Hani");
  const isJapanese = kana > JAPANESE_SHARE * (kana + han);
  counts.set(isJapanese ? "Jpan" : "Hani", kana + han);
  const [script, most] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best));
  if (most === 0) return undefined;
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return { script, share: most / all };
}

/** Scripts that are written without spaces between words. */
const WITHOUT_SPACES: ReadonlySet<string> = new Set(["Hani", "Jpan", "Thai", "Laoo", "Khmr", "Mymr", "Tibt"]);

/** Whether a script, by its ISO 15924 code, has spaces between words. */
export function hasWordSpaces(script: string): boolean {
  return !WITHOUT_SPACES.has(script);
}
