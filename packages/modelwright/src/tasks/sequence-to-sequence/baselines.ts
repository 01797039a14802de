import { leadingWords, rougeWords, type WrittenTexts } from "@modelwright/evaluation";
import type { BaselineContext } from "../task.ts";
import type { RewrittenRows } from "./rows.ts";

type Context = Pick<BaselineContext<"sequence-to-sequence", RewrittenRows, unknown, WrittenTexts>, "learning" | "test">;

/** What each baseline writes for a text, by the names that recipes list. */
const WRITERS: Readonly<Record<string, (context: Context) => (text: string) => string>> = {
  copy: () => (text) => text,
  lead: ({ learning: { train } }) => {
    const words = train.reduce((sum, { output }) => sum + rougeWords(output).length, 0);
    const length = Math.max(1, Math.round(words / train.length));
    return (text) => leadingWords(text, length);
  },
  frequent: ({ learning: { train } }) => {
    const counts = new Map<string, number>();
    for (const { output } of train) counts.set(output, (counts.get(output) ?? 0) + 1);
    const [[most]] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)) as [[string, number]];
    return () => most;
  },
};

export function baseline(name: string, context: Context): WrittenTexts {
  const write = WRITERS[name]!(context);
  return { rows: context.test.map(({ text, output }) => ({ target: output, written: write(text) })) };
}
