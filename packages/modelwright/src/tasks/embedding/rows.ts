import { ModelwrightError, type Recipes } from "@modelwright/contracts";
import { type Annotation, LABEL, PAIR, type RoleColumns, SCORED_PAIR, TRIPLET } from "@modelwright/data";
import { shorten } from "../../wording/plain-text.ts";
import type { DataContext, EvaluationRows, EvaluationSource, PreparedData, Trial } from "../task.ts";
import { evaluationTextRows, prepareTextRows } from "../text-encoder/text-rows.ts";
import {
  EXAMPLE_ROLES,
  type ExampleRole,
  type ExampleRow,
  type ExampleRows,
  type ExamplesName,
} from "./example-rows.ts";
import { findsAnything, planSearches } from "./searches.ts";

const ANNOTATIONS = {
  pairs: PAIR,
  triplets: TRIPLET,
  scores: SCORED_PAIR,
  labels: LABEL,
} as const satisfies Record<ExamplesName, unknown>;

/** Each of them asks for roles of its own; what they share is enough to prepare rows. */
function annotationOf(examples: ExamplesName): Annotation<ExampleRole, object> {
  return ANNOTATIONS[examples] as unknown as Annotation<ExampleRole, object>;
}

/** The columns of a recipe or a version that rows of these examples have: each of the others has a name by default as well. */
function columnsRead(examples: ExamplesName, columns: RoleColumns): RoleColumns {
  const { role, beside = [] } = annotationOf(examples);
  const unread = new Set<string>(EXAMPLE_ROLES.filter((each) => each !== role && !beside.includes(each)));
  return Object.fromEntries(Object.entries(columns).filter(([each]) => !unread.has(each)));
}

/** Reads, cleans and splits rows of texts. */
export async function prepareRows(
  recipe: Recipes["embedding"],
  context: DataContext,
): Promise<PreparedData<ExampleRows>> {
  const { examples } = recipe.data;
  const data = { ...recipe.data, columns: columnsRead(examples, recipe.data.columns) };
  let last: ExampleRows | undefined;
  const { found: _, ...prepared } = await prepareTextRows(
    { ...recipe, data },
    {
      annotation: annotationOf(examples),
      splitOf: (rows) => {
        last = { examples, rows };
        return last;
      },
      context,
    },
  );
  // The test rows are the last split; what cannot be evaluated is said before it is trained.
  if (!isSearchable(last!)) {
    const because = `${NOTHING_TO_FIND[examples]}, so that nothing can be found; raise data.split.test`;
    throw new ModelwrightError("EVALUATION_EMPTY", { what: recipe.data.source, because });
  }
  return prepared;
}

const BELONGS_TO_ITSELF = "no text of the test rows belongs to another one than itself";

const NOTHING_TO_FIND: Readonly<Record<ExamplesName, string>> = {
  labels: "no two test rows have the same label",
  pairs: BELONGS_TO_ITSELF,
  triplets: BELONGS_TO_ITSELF,
  scores: BELONGS_TO_ITSELF,
};

/** Whether the rows of a split can be measured: something other than the query itself is to be found. */
export function isSearchable(split: ExampleRows): boolean {
  return split.examples === "scores" || findsAnything(planSearches(split));
}

/** Rows of a file for a stored version. */
export function evaluationRows(examples: ExamplesName, source: EvaluationSource): Promise<EvaluationRows<ExampleRows>> {
  const { role, beside = [] } = annotationOf(examples);
  const { columns = {} } = source.trained;
  const trained = { ...source.trained, columns: columnsRead(examples, columns) };
  return evaluationTextRows<ExampleRole, ExampleRows>(
    { ...source, trained },
    {
      role: [role, ...beside],
      splitOf: (rows) => ({ examples, rows }),
    },
  );
}

/** The texts of a row, in the order of its columns. */
export function textsOfRow({ text, positive, negative, second }: ExampleRow): string[] {
  return [text, positive, negative, second].filter((each) => each !== undefined);
}

const TRIALS = 3;
const SHOWN = 60;

/** Some texts of the test rows, and what should be near. */
export function trialsOf({ rows }: ExampleRows): readonly Trial[] {
  return rows.slice(0, TRIALS).map(({ text, positive }) => ({
    item: text,
    ...(positive === undefined ? {} : { actual: shorten(positive, SHOWN) }),
  }));
}
