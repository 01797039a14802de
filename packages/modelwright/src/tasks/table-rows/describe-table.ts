import { type ColumnKind, type TableModelKind, USUAL_BEYOND } from "@modelwright/contracts";
import { personalDataWords } from "../../wording/personal-data.ts";
import { plainText } from "../../wording/plain-text.ts";
import { counted } from "../../wording/quantities.ts";
import { splitWords } from "../../wording/split-words.ts";
import type { Lines } from "../task.ts";
import { LEARNERS } from "./learners.ts";
import type { TableRecipe } from "./table-recipe.ts";

/** What decides how long each model learns, in lines. */
const LEARNING: Readonly<Record<TableModelKind, (train: TableRecipe["train"]) => Lines>> = {
  "boosted-trees": (train) => [
    [
      "boosting",
      `up to ${counted(train.rounds, "round")} of trees of ${train.leaves} leaves at rate ${train.learningRate}${parts(train)}`,
    ],
    ["stops early", `after ${counted(train.patience, "round")} without a smaller loss`],
  ],
  "random-forest": ({ trees }) => [["forest", counted(trees, "tree")]],
  linear: () => [],
  network: (train) => [
    [
      "network",
      `up to ${counted(train.epochs, "epoch")}, ends after ${counted(train.epochPatience, "epoch")} without a smaller loss${parts(train)}`,
    ],
  ],
};

function parts({ bags }: TableRecipe["train"]): string {
  return bags === 1 ? "" : `, the mean of ${bags ?? "5"} models on parts of the training rows`;
}

const DUPLICATES = { keep: "duplicates kept", exact: "exact duplicates dropped" } as const;

/**
 * What a run will do, in the lines that decide the result.
 *
 * @param options.stratified What the split keeps alike, in two words: "by label".
 */
export function describeTable(
  { data, features, model, train, evaluate }: TableRecipe,
  options: { readonly stratified: string },
): Lines {
  const { split } = data;
  const limit = data.limit === undefined ? "" : `, at most ${counted(data.limit, "row")}`;
  const ignored = data.ignore.length === 0 ? "" : `; without ${data.ignore.join(", ")}`;
  return [
    [
      "data",
      `${data.source}${limit}; ${DUPLICATES[data.clean.duplicates]}${textWords(data.clean.text)}${outlierWords(data.clean.outliers)}${personalDataWords(data.clean.pii)}${ignored}`,
    ],
    ["split", splitWords(data, split.stratify ? options.stratified : "")],
    ...featureLines(features),
    ["model", modelWords(model)],
    ...kindsOf(model).flatMap((kind) => LEARNING[kind](train)),
    [
      "evaluated",
      `${["this model", ...evaluate.baselines].join(", ")} on the test split, ${counted(evaluate.bootstrap, "resample")}`,
    ],
  ];
}

function textWords(cures: TableRecipe["data"]["clean"]["text"]): string {
  return cures === undefined ? "" : `; texts treated: ${cures.join(", ")}`;
}

function outlierWords(outliers: TableRecipe["data"]["clean"]["outliers"]): string {
  if (outliers === undefined) return "";
  const { by, beyond = USUAL_BEYOND[by], columns } = outliers;
  const where = columns === undefined ? "" : ` in ${columns.join(", ")}`;
  return `; training rows with a value beyond ${beyond} ${FENCE_UNITS[by]}${where} leave`;
}

const FENCE_UNITS = { iqr: "interquartile ranges", "z-score": "deviations" } as const;

/** What the recipe asks for; what it leaves open suits each model. */
function featureLines({ kinds, columns, select, reduce }: TableRecipe["features"]): Lines {
  const asked = [
    ...Object.entries(kinds).map(([kind, settings]) => [KINDS[kind as ColumnKind], settings] as const),
    ...Object.entries(columns),
  ];
  const bound = select && [
    ...(select.most === undefined ? [] : [`${select.most} at most`]),
    ...(select.above === undefined ? [] : [`above ${select.above}`]),
  ];
  const texts = asked.flatMap(([name, settings]) => {
    const { encode, ...others } = settings ?? {};
    const words = [
      ...(encode === undefined ? [] : [encode]),
      ...Object.entries(others).map(([key, value]) => `${key} ${shown(value)}`),
    ];
    return words.length === 0 ? [] : [`${plainText(name)}: ${words.join(", ")}`];
  });
  return [
    ["features", texts.length === 0 ? "what suits each model" : `${texts.join("; ")}; others as suits each model`],
    ...(select && bound ? [["selects", [`numbers by ${select.by}`, ...bound].join(", ")] as const] : []),
    ...(reduce ? [["reduces", `all numbers to ${reduce.components} by ${reduce.by}`] as const] : []),
  ];
}

const KINDS: Readonly<Record<ColumnKind, string>> = {
  number: "numbers",
  category: "categories",
  date: "dates",
  text: "texts",
};

function shown(value: unknown): string {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.values(value).join(" ");
  return Array.isArray(value) ? value.join(" < ").slice(0, 60) : String(value);
}

function kindsOf({ kind, candidates }: TableRecipe["model"]): readonly TableModelKind[] {
  return kind === "auto" ? candidates : [kind];
}

function modelWords({ kind, candidates }: TableRecipe["model"]): string {
  if (kind !== "auto") return LEARNERS[kind].title;
  return `auto: the blend of ${candidates.join(", ")} that predicts unseen rows best`;
}
