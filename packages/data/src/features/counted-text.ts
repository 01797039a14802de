import { boundedWords } from "./ngram-tokenizer.ts";

/** Runs of scripts that write no space between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+/gu;

let segmenter: Intl.Segmenter | undefined;

/** Words of Chinese and Japanese are those of ICU's dictionary. */
function segmentedWords(text: string): string {
  segmenter ??= new Intl.Segmenter("zh", { granularity: "word" });
  const { segment } = segmenter;
  const apart = boundedWords(text).replace(
    UNSPACED,
    (run) => ` ${Array.from(segment.call(segmenter, run), (word) => word.segment).join(" ")} `,
  );
  return apart.replace(/ +/g, " ");
}

const FORMS = { words: boundedWords, segments: segmentedWords } as const;

/** What becomes of a text before its terms are counted. */
export type CountedForm = keyof typeof FORMS;

/** A text as its terms are counted: the words in lower case, a space in front of, between and behind them. */
export function countedText(text: string, form: CountedForm): string {
  return FORMS[form](text);
}
