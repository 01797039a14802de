import type { TaskName, TextItem } from "@modelwright/contracts";
import { observedColumns } from "@modelwright/data";
import type { InputContext, ObservedColumns } from "./monitoring.ts";

/** Names of the texts of an item, in its order. */
const NAMES = ["text", "second"] as const;

/** Of each text its length, its language, and the share of its tokens that the vocabulary lacks. */
export function textInputs<T extends TaskName>(
  items: readonly TextItem[],
  { unknownShare }: Pick<InputContext<T>, "unknownShare">,
): ObservedColumns {
  const pairs = items.some((item) => typeof item !== "string");
  return Object.assign(
    {},
    ...NAMES.slice(0, pairs ? 2 : 1).map((name, place) => {
      const values = items.map((item) => textsOf(item)[place] ?? "");
      return {
        ...observedColumns({ rows: values.length, columns: [{ kind: "text", name, values }] }),
        ...(unknownShare && {
          [`${name} (unknown tokens)`]: { kind: "number" as const, values: values.map(unknownShare) },
        }),
      };
    }),
  ) as ObservedColumns;
}

function textsOf(item: TextItem): readonly string[] {
  return typeof item === "string" ? [item] : [item.text, item.second];
}

/** Of texts that a model wrote their length and their language. */
export function writtenOutputs(texts: readonly string[]): ObservedColumns {
  const columns = observedColumns({ rows: texts.length, columns: [{ kind: "text", name: "answer", values: texts }] });
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, { ...column, part: "output" as const }]),
  );
}
