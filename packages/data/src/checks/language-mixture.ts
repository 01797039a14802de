import { sampleOfTexts, type TextLanguage, textLanguage } from "../language/text-language.ts";
import { byColumn, type Check } from "./check.ts";
import { columnsThat, percent } from "./words.ts";

/** A smaller share are names and quotations. */
const LEAST_SHARE = 0.01;
const FEWEST_TEXTS = 5;
/** Shorter texts do not tell their language. */
const LEAST_LETTERS = 60;

export const languageMixture: Check = {
  looksFor: `texts of several languages or scripts in one column, each in ${percent(LEAST_SHARE)} of a sample of 2,000 texts or more`,
  cure: "take a pretrained model that reads all of them, or train one per language",
  find: (table) =>
    byColumn(table, {
      look: ({ column }) => {
        if (column.kind !== "text") return undefined;
        const written = sampleOfTexts(column.values.filter((value) => value !== "")).flatMap(
          (text) => writtenIn(text) ?? [],
        );
        const isEnough = (count: number) => count >= Math.max(FEWEST_TEXTS, LEAST_SHARE * written.length);
        const shares = languagesOf(written)
          .filter(({ texts }) => isEnough(texts))
          .sort((a, b) => b.texts - a.texts);
        if (shares.length < 2) return undefined;
        const detail = shares.map(({ name, texts }) => `${name} ${percent(texts / written.length)}`).join(", ");
        return { severity: "medium", columns: [column.name], detail };
      },
      summary: (count) => columnsThat(count, "mix languages or scripts", "mixes languages or scripts"),
    }),
};

const LANGUAGES = new Intl.DisplayNames("en", { type: "language" });
const SCRIPTS = new Intl.DisplayNames("en", { type: "script" });

/** The script of a text, and its language where it is told. */
function writtenIn(text: string): TextLanguage | undefined {
  const found = textLanguage([text]);
  if (found === undefined || found.script !== "Latn") return found;
  const isLong = (text.match(/\p{L}/gu)?.length ?? 0) >= LEAST_LETTERS;
  return isLong ? found : { script: found.script, share: found.share };
}

/** How many texts each language has. Texts of a script that do not tell theirs count for its most frequent one. */
function languagesOf(written: readonly TextLanguage[]): { readonly name: string; readonly texts: number }[] {
  const scripts = new Map<string, Map<string, number>>();
  for (const { script, language = "" } of written) {
    const languages = scripts.get(script) ?? new Map<string, number>();
    scripts.set(script, languages.set(language, (languages.get(language) ?? 0) + 1));
  }
  return [...scripts].flatMap(([script, languages]) => {
    const untold = languages.get("") ?? 0;
    languages.delete("");
    const [first, ...rest] = [...languages].sort((a, b) => b[1] - a[1]);
    if (first === undefined) return [{ name: `${SCRIPTS.of(script)} script`, texts: untold }];
    const named = ([language, texts]: [string, number]) => ({ name: LANGUAGES.of(language) ?? language, texts });
    return [named([first[0], first[1] + untold]), ...rest.map(named)];
  });
}
