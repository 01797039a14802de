import { type ColumnFeatures, ModelwrightError, type Recipe } from "@modelwright/contracts";

/** A value of a recipe that names a pretrained model. */
export interface NamedBase {
  readonly path: readonly string[];
  readonly base: string;
  /** Which of its ONNX files is meant. */
  readonly file?: string | undefined;
}

/** The pretrained models that a recipe names: the one that is trained on, and those that read columns of a table. */
export function namedBases(recipe: Recipe): readonly NamedBase[] {
  const { model } = recipe;
  const own = "base" in model ? model.base : undefined;
  const file = "file" in model ? model.file : undefined;
  const features = "features" in recipe ? recipe.features : { kinds: {}, columns: {} };
  return [
    ...(own === undefined ? [] : [{ path: ["model", "base"], base: own, file }]),
    ...Object.entries({ kinds: features.kinds, columns: features.columns }).flatMap(([group, settings]) =>
      Object.entries(settings as Readonly<Record<string, ColumnFeatures>>).flatMap(([name, { base }]) =>
        base === undefined ? [] : [{ path: ["features", group, name, "base"], base }],
      ),
    ),
  ];
}

/** The recipe with another model in this place. */
export function withBase(recipe: Recipe, path: readonly string[], base: string): Recipe {
  return withValue(recipe, path, base) as Recipe;
}

function withValue(section: unknown, [key, ...rest]: readonly string[], value: string): unknown {
  if (key === undefined) return value;
  const values = section as Readonly<Record<string, unknown>>;
  return { ...values, [key]: withValue(values[key], rest, value) };
}

/**
 * Does what needs a pretrained model; what goes wrong with it is told of the value that names it.
 *
 * @param at The path of the value.
 */
export async function onBehalfOf<Result>(at: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ModelwrightError)) throw error;
    const { code, details } = error as ModelwrightError<"MODEL_BASE_UNKNOWN">;
    throw "base" in details ? new ModelwrightError(code, { ...details, at }, { cause: error }) : error;
  }
}
