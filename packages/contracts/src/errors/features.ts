import { defineError, listed } from "./error-definition.ts";

export const featureErrors = {
  FEATURES_COLUMN_MISSING: defineError<{ column: string; row?: number; available: readonly string[] }>({
    status: 400,
    meaning: "A column that the model was trained on is not among those that are given.",
    message: (d) =>
      `${d.row === undefined ? "the table" : `row ${d.row}`} has no column "${d.column}"; it has ${listed(d.available)}`,
    remedy: "Give every column that the model was trained on, and an empty value where one is not known.",
  }),
  FEATURES_COLUMN_KIND: defineError<{ column: string; expected: string; got: string }>({
    status: 400,
    meaning: "A column holds values of another kind than in training.",
    message: (d) => `the column "${d.column}" must be of the kind ${d.expected}, got ${d.got}`,
    remedy: "Read the table with the kinds that the model was trained on.",
  }),
  FEATURES_VALUE_INVALID: defineError<{ row: number; column: string; expected: string; got: string }>({
    status: 400,
    meaning: "A value of a row is not what its column holds.",
    message: (d) => `row ${d.row}: "${d.column}" must be ${d.expected}, got ${d.got}`,
    remedy: "Correct the value, or leave it empty where it is not known.",
  }),
  FEATURES_CATEGORY_UNKNOWN: defineError<{ row: number; column: string; value: string; known: readonly string[] }>({
    status: 400,
    meaning: "A category was in no training row, and the recipe says unknown: refuse.",
    message: (d) => `row ${d.row}: "${d.column}" has the category "${d.value}"; known are ${listed(d.known)}`,
    remedy: "Correct the value, or train with unknown: own, which takes new categories for one of their own.",
  }),
  FEATURES_SETTING_INVALID: defineError<{ setting: string; rule: string; got: string; nearest?: string }>({
    status: 400,
    meaning: "A setting of the features names no column, or asks a column for what its kind cannot be.",
    message: (d) => `${d.setting} ${d.rule}, got ${d.got}`,
    remedy: (d) =>
      d.nearest === undefined
        ? "Correct the setting, or leave it out."
        : `Did you mean "${d.nearest}"? Correct the setting, or leave it out.`,
  }),
  FEATURES_NONE: defineError<{ left: readonly string[] }>({
    status: 400,
    meaning: "No column is left that a model could learn from: all are empty, constant, ignored, or number the rows.",
    message: (d) =>
      `no column is left to learn from${d.left.length === 0 ? "" : `: ${d.left.slice(0, 10).join(", ")}${d.left.length > 10 ? ", …" : ""}`}`,
    remedy:
      "Add a column with values that differ, leave out fewer, or say under data.kinds what a column is that numbers the rows and yet tells something.",
  }),
};
