import { tensor } from "@modelwright/engine";
import { popularityOf } from "../catalogue.ts";
import type { RankerRow } from "./ranker.ts";

/** The same for all: what most users liked. */
export const popularity: RankerRow<undefined> = {
  title: "what most users chose",
  choices: () => [undefined],
  fit: async (lesson) => {
    const shares = popularityOf(lesson);
    return {
      kind: "popularity",
      settings: "the share of users",
      parameters: shares.length,
      compile: (b, liked) => {
        const batch = b.op("Shape", [liked], { start: 0, end: 1 });
        const row = b.initializer(b.scoped("shares"), tensor("float32", [1, shares.length], shares));
        return b.op("Expand", [row, b.op("Concat", [batch, b.ints([1])], { axis: 0 })]);
      },
    };
  },
};
