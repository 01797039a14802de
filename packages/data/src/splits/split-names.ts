/** In the order in which reports name them. */
export const SPLIT_NAMES = ["train", "validation", "test"] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];

/** What columns call the splits, in English and Chinese, without the word for "set". */
const WORDS: Readonly<Record<SplitName, readonly string[]>> = {
  train: ["train", "training", "trn", "learn", "learning", "训练", "訓練"],
  validation: ["validation", "validate", "valid", "val", "dev", "devel", "development", "验证", "驗證", "开发", "開發"],
  test: ["test", "testing", "tst", "heldout", "holdout", "测试", "測試"],
};
/** A word for the set itself, and how it is joined. */
const SET = /(?:split|set|data|rows|集合|数据|集)$/;

/** The split that a word stands for, in any case and common spelling; undefined for any other word. */
export function readSplitName(text: string): SplitName | undefined {
  const plain = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s_\-./]/g, "");
  const word = plain.replace(SET, "");
  return SPLIT_NAMES.find((name) => WORDS[name].includes(plain) || WORDS[name].includes(word));
}
