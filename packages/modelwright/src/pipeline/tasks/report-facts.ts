import type { ModelDescription, Recipe } from "@modelwright/contracts";
import type { EvaluationReport, Fact, LearningHistory } from "@modelwright/evaluation";
import type { RunRecord } from "@modelwright/registry";
import type { FitState } from "@modelwright/training";

/** What the report of a version says whatever its task is. */
export function reportFacts(options: {
  readonly description: ModelDescription;
  readonly run: RunRecord;
  readonly recipe: Recipe;
  readonly state: FitState;
}): Pick<EvaluationReport, "model" | "createdAt" | "recipe" | "environment" | "lineage"> & {
  readonly learning: LearningHistory;
} {
  const { description, run, recipe, state } = options;
  return {
    model: { name: description.name, version: description.version },
    createdAt: description.createdAt,
    recipe: flatten(recipe),
    learning: {
      steps: state.curve,
      evaluations: state.evaluations.map(({ step, loss, measures }) => ({ step, loss, metrics: measures })),
    },
    environment: Object.entries(run.environment).map(([name, value]) => ({ name, value })),
    lineage: [
      { name: "run", value: run.id },
      ...Object.entries(description.lineage).map(([name, value]) => ({ name, value: String(value) })),
    ],
  };
}

/** A nested object as lines `a.b: value`. */
function flatten(value: object, prefix = ""): Fact[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const name = `${prefix}${key}`;
    if (typeof inner === "object" && inner !== null && !Array.isArray(inner)) return flatten(inner, `${name}.`);
    return [{ name, value: Array.isArray(inner) ? inner.join(", ") : String(inner) }];
  });
}
