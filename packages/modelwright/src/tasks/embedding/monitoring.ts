import type { Monitoring } from "../monitoring/monitoring.ts";
import { textInputs } from "../monitoring/text-inputs.ts";
import type { ExampleRows } from "./example-rows.ts";
import { textsOfRow } from "./rows.ts";

/** What is watched of vectors of texts: the vectors themselves. */
export const monitoring: Monitoring<"embedding", ExampleRows> = {
  items: ({ rows }) => rows.flatMap(textsOfRow),
  inputs: textInputs,
  outputs: (answers) => ({
    "answer (vector)": { kind: "vector", values: answers.map(({ embedding }) => embedding), part: "output" },
  }),
};
