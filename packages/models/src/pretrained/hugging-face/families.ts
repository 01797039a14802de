import { bertFamily } from "./families/bert.ts";
import { debertaV2Family } from "./families/deberta-v2.ts";
import { distilBertFamily } from "./families/distilbert.ts";
import { electraFamily } from "./families/electra.ts";
import { modernBertFamily } from "./families/modernbert.ts";
import { mpnetFamily } from "./families/mpnet.ts";
import { roberta, xlmRoberta } from "./families/roberta.ts";
import type { Family } from "./family.ts";

/** Families of encoders by the `model_type` of their `config.json`. A new one is a file and a row. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  bert: bertFamily,
  distilbert: distilBertFamily,
  roberta,
  "xlm-roberta": xlmRoberta,
  mpnet: mpnetFamily,
  electra: electraFamily,
  modernbert: modernBertFamily,
  "deberta-v2": debertaV2Family,
};
