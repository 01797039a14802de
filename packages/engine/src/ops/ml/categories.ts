import { ML_DOMAIN } from "../../graph/graph.ts";
import type { AnyTensor } from "../../tensor/tensor.ts";
import {
  type AnyReference,
  type AttributeSpecs,
  type Attributes,
  defineOperator,
  type InferenceContext,
  notDifferentiable,
  type Operator,
} from "../operator.ts";
import { type LookupTable, lookUp, mappingOf } from "./lookup-table.ts";
import { PREPROCESSING } from "./rows.ts";

const CATEGORIES = {
  cats_int64s: { type: "ints" },
  cats_strings: { type: "strings" },
} as const satisfies AttributeSpecs;

const ENCODER_ATTRIBUTES = {
  classes_strings: { type: "strings" },
  default_float: { type: "float", default: -0 },
  default_int64: { type: "int", default: -1 },
  default_string: { type: "string", default: "_Unused" },
  default_tensor: { type: "tensor" },
  keys_floats: { type: "floats" },
  keys_int64s: { type: "ints" },
  keys_strings: { type: "strings" },
  keys_tensor: { type: "tensor" },
  values_floats: { type: "floats" },
  values_int64s: { type: "ints" },
  values_strings: { type: "strings" },
  values_tensor: { type: "tensor" },
} as const satisfies AttributeSpecs;

const MAPPER_ATTRIBUTES = {
  ...CATEGORIES,
  default_int64: { type: "int", default: -1 },
  default_string: { type: "string", default: "_Unused" },
} as const satisfies AttributeSpecs;

/** Categories as numbers and back. */
export const categories = {
  /** A value for each key, and the default for what is no key. Keys and values are attributes of any kind. */
  LabelEncoder: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["X"],
    outputs: ["Y"],
    strings: "read",
    attributes: ENCODER_ATTRIBUTES,
    infer: (c) => inferLookUp(c, encoderTable(c.attributes, c.inputs[0].dtype)),
    gradient: notDifferentiable(PREPROCESSING),
    reference: ([x], { attributes }) => [lookUp(x, encoderTable(attributes, x.dtype)!)],
  }),

  /** Texts to integers or integers to texts by two lists. */
  CategoryMapper: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["X"],
    outputs: ["Y"],
    strings: "read",
    attributes: MAPPER_ATTRIBUTES,
    infer: (c) => inferLookUp(c, mapperTable(c.attributes, c.inputs[0].dtype)),
    gradient: notDifferentiable(PREPROCESSING),
    reference: ([x], { attributes }) => [lookUp(x, mapperTable(attributes, x.dtype)!)],
  }),

  /** 1 at the place of the category along a new last axis. What is no category is all zeros, or an error where `zeros` is 0. */
  OneHotEncoder: defineOperator({
    domain: ML_DOMAIN,
    inputs: ["X"],
    outputs: ["Y"],
    strings: "read",
    attributes: { ...CATEGORIES, zeros: { type: "int", default: 1 } },
    infer: (c) => {
      const [{ dtype, shape }] = c.inputs;
      const known = categoriesOf(c.attributes, dtype);
      if (known === undefined) return c.fail(`categories are given for ${dtype}, of one kind`, "others, none or both");
      return [{ dtype: "float32", shape: [...shape, known.length] }];
    },
    gradient: notDifferentiable(PREPROCESSING),
    reference: ([x], { attributes }) => {
      const known = categoriesOf(attributes, x.dtype)!;
      const data = new Float64Array(x.data.length * known.length);
      for (const [i, category] of elementsOf(x).entries()) {
        const place = known.indexOf(typeof category === "string" ? category : Math.trunc(category));
        if (place < 0 && attributes.zeros === 0) throw new Error(`OneHotEncoder: ${category} is no category`);
        if (place >= 0) data[i * known.length + place] = 1;
      }
      return [{ dtype: "float32", shape: [...x.shape, known.length], data }];
    },
  }),
} satisfies Record<string, Operator>;

function elementsOf(x: AnyReference): readonly (number | string)[] {
  return Array.from<number | string>(x.data);
}

function inferLookUp(
  c: Pick<InferenceContext<AttributeSpecs, readonly ["X"]>, "inputs" | "fail">,
  table: LookupTable | undefined,
) {
  const [{ dtype, shape }] = c.inputs;
  if (table === undefined) return c.fail(`keys for ${dtype} and as many values are given, each once`, "others");
  return [{ dtype: table.dtype, shape }];
}

function categoriesOf(
  { cats_int64s: ints, cats_strings: strings }: Attributes<typeof CATEGORIES>,
  dtype: string,
): readonly (number | string)[] | undefined {
  if (ints !== undefined && strings !== undefined) return undefined;
  return dtype === "string" ? strings : ints;
}

function mapperTable(attributes: Attributes<typeof MAPPER_ATTRIBUTES>, dtype: string): LookupTable | undefined {
  const { cats_int64s: ints, cats_strings: strings, default_int64, default_string } = attributes;
  if (ints === undefined || strings === undefined) return undefined;
  if (dtype === "string") return mappingOf(strings, { dtype: "int64", values: ints, otherwise: default_int64 });
  return mappingOf(ints, { dtype: "string", values: strings, otherwise: default_string });
}

function encoderTable(attributes: Attributes<typeof ENCODER_ATTRIBUTES>, dtype: string): LookupTable | undefined {
  const { classes_strings: classes, keys_strings, keys_int64s, keys_floats, keys_tensor } = attributes;
  const { default_float, default_int64, default_string, default_tensor } = attributes;
  if (classes !== undefined) {
    const places = classes.map((_, i) => i);
    return dtype === "string"
      ? mappingOf(classes, { dtype: "int64", values: places, otherwise: default_int64 })
      : mappingOf(places, { dtype: "string", values: classes, otherwise: default_string });
  }
  const keys = onlyOne<Keys>([
    keys_strings && { dtype: "string", values: keys_strings },
    keys_int64s && { dtype: "int64", values: keys_int64s },
    keys_floats && { dtype: "float32", values: keys_floats.map(Math.fround) },
    keys_tensor && { dtype: keys_tensor.dtype, values: plainElements(keys_tensor) },
  ]);
  const { values_strings, values_int64s, values_floats, values_tensor } = attributes;
  const values = onlyOne<Keys>([
    values_strings && { dtype: "string", values: values_strings },
    values_int64s && { dtype: "int64", values: values_int64s },
    values_floats && { dtype: "float32", values: values_floats },
    values_tensor && { dtype: values_tensor.dtype, values: plainElements(values_tensor) },
  ]);
  if (keys === undefined || values === undefined || keys.dtype !== dtype) return undefined;
  const defaults = { string: default_string, float32: default_float, float64: default_float } as const;
  const standard = defaults[values.dtype as keyof typeof defaults] ?? default_int64;
  const otherwise = default_tensor === undefined ? standard : plainElements(default_tensor)[0]!;
  return mappingOf(keys.values, { ...values, otherwise });
}

interface Keys {
  readonly dtype: AnyTensor["dtype"];
  readonly values: readonly (number | string)[];
}

function onlyOne<T>(candidates: readonly (T | undefined)[]): T | undefined {
  const given = candidates.filter((candidate) => candidate !== undefined);
  return given.length === 1 ? given[0] : undefined;
}

function plainElements({ data }: AnyTensor): readonly (number | string)[] {
  return Array.from<number | bigint | string, number | string>(data, (element) =>
    typeof element === "bigint" ? Number(element) : element,
  );
}
