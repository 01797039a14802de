import type { z } from "zod";
import type { MetricDescription } from "../metrics/metric-description.ts";

/** Limits that a server sets on what a client sends. */
export interface ItemLimits {
  /** Of one item, in bytes; of a text in UTF-8. */
  readonly maxItemBytes: number;
}

/** The words for a task, wherever a person reads them. */
export interface TaskWords {
  /** Goes on after "a task that": `puts a label on a text`. */
  readonly summary: string;
  /** What data of the task consists of, in the singular: `row`, `document`. */
  readonly unit: string;
  /** What a client sends, in the singular; a request holds `<item>` or `<item>s`: `text`. */
  readonly item: string;
  /** An item to try a fresh model with. */
  readonly sample: string;
  /** Hugging Face's name of the task, for model cards. */
  readonly pipelineTag: string;
}

/** A request to a model of the task and what it might get, for documents. */
export interface TaskExample {
  /** The model's name. */
  readonly model: string;
  /** Two at least. */
  readonly items: readonly unknown[];
  /** Of one item. */
  readonly answer: object;
  /** Of one item that the model refuses to answer. Default: no model of the task does. */
  readonly rejected?: object;
  /** Options that show most of what an answer can hold, for a page that tries models. Default: none. */
  readonly options?: object;
}

/** Sections that every recipe has, whatever its task: what the pipeline reads of one. */
export interface CommonSections {
  readonly data: { readonly source: string };
  readonly train: {
    readonly seed: number;
    readonly threads?: number | undefined;
    readonly executionProvider: "cpu" | "webgpu" | "cuda" | "auto";
    readonly cpuFallback: "warn" | "refuse";
  };
  readonly evaluate: {
    readonly baselines: readonly string[];
    readonly belowBaseline: "keep" | "promote";
    readonly bootstrap: number;
    readonly gates: Readonly<Record<string, { readonly min?: number | undefined; readonly max?: number | undefined }>>;
  };
}

/** The same before defaults that depend on other values are filled in. */
interface WrittenSections extends Omit<CommonSections, "evaluate"> {
  readonly evaluate: Omit<CommonSections["evaluate"], "baselines"> & {
    readonly baselines?: readonly string[] | undefined;
  };
}

/**
 * All that crosses a wire or lies in a file for one task: schemas and words, no behaviour.
 *
 * A new task is one such object, and its row in `TASKS`; its behaviour is a folder in `inference` and one in `modelwright/src/tasks`.
 */
export interface TaskSchemas {
  /** The recipe without `name` and `task`. */
  readonly recipe: z.ZodObject<z.ZodRawShape> & z.ZodType<WrittenSections>;
  /** Reports broken rules between values of several sections. Default: there are none. */
  readonly check?: (recipe: never, context: z.RefinementCtx) => void;
  /** Fills in the defaults that depend on other values. Default: there are none. */
  readonly resolve?: (recipe: never) => CommonSections;
  /** What a version says of itself beside what all versions do: `signature`, `preprocessing`, `model` … */
  readonly manifest: z.ZodObject<z.ZodRawShape>;
  /** One item as a client sends it. */
  readonly item: (limits: ItemLimits) => z.ZodType;
  /** What a request may ask for. */
  readonly options: z.ZodObject<z.ZodRawShape>;
  /** What it gets for one item. */
  readonly answer: z.ZodObject<z.ZodRawShape>;
  /**
   * What may become known of an answer, by the version's own manifest: a truth from where it is certain, or a correction. Absent: of its
   * answers one can say only whether they were liked, and why.
   */
  readonly truth?: (manifest: never) => z.ZodType;
  /** The metrics of a test split: names that gates may use. */
  readonly metrics: Readonly<Record<string, MetricDescription>>;
  /** Metrics of one label, which a gate names as `<metric>:<label>`. Default: there are no labels. */
  readonly labelMetrics?: readonly string[];
  readonly words: TaskWords;
  readonly example: TaskExample;
}
