/** How a metric is called and read. */
export interface MetricDescription {
  /** As it stands at the head of a table's row: `Macro F1`. */
  readonly title: string;
  /** Which direction is better. */
  readonly better: "higher" | "lower";
  /** One sentence for a reader who does not know the metric. */
  readonly summary: string;
  /** Whether it stands in short tables: what decides, without what is for a closer look. Default: it does not. */
  readonly headline?: true;
}

/** The metrics of one family by the names that measures, gates and early stopping use, in the order of tables. */
export type MetricTable = Readonly<Record<string, MetricDescription>>;
