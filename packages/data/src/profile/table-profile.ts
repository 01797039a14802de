import type { ColumnKind } from "../frames/frame.ts";

/** Shares of the filled values that lie at or below these quantiles, by linear interpolation (type 7 of Hyndman & Fan 1996). */
export interface Quantiles {
  readonly p1: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p99: number;
}

/** Values counted in intervals of equal width; `counts[i]` lies in [edges[i], edges[i + 1]), the last one closed. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** Of a column of numbers (of dates: in milliseconds since 1970), over the values that are not missing. */
export interface NumberSummary {
  readonly mean: number;
  /** Of a sample (n − 1). NaN where there is one value. */
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
  readonly quantiles: Quantiles;
  readonly histogram: Histogram;
  /** Values beyond 1.5 interquartile ranges below p25 or above p75 (Tukey 1977), and where those fences stand. */
  readonly outliers: { readonly low: number; readonly high: number; readonly rows: number };
}

/** Of a column of texts, in Unicode code points. */
export interface TextSummary {
  readonly length: { readonly mean: number; readonly min: number; readonly max: number; readonly quantiles: Quantiles };
  /** Rows that look like text decoded by the wrong encoding: U+FFFD, or UTF-8 read as Windows-1252. */
  readonly mojibake: number;
}

/** What all rows say of one column. */
export interface ColumnProfile {
  readonly name: string;
  readonly kind: ColumnKind;
  /** Why it is of this kind, in one line. */
  readonly why: string;
  /** Empty cells and words such as NA. */
  readonly missing: number;
  /** Different values that are not missing. */
  readonly distinct: number;
  /** Values that the kind cannot be; they count as missing too. At most five are shown, as `file:line` and value. */
  readonly unfit: {
    readonly rows: number;
    readonly examples: readonly { readonly where: string; readonly value: string }[];
  };
  /** The ten values that most rows have, the most frequent first; ties in the order of UTF-16 code units. */
  readonly frequent: readonly { readonly value: string; readonly rows: number }[];
  /** Of numbers and dates. */
  readonly numbers?: NumberSummary;
  /** Of texts. */
  readonly texts?: TextSummary;
}

/** What all rows of a table say, column by column. */
export interface TableProfile {
  readonly source: string;
  readonly rows: number;
  /** Rows that repeat an earlier one in every column. */
  readonly duplicates: number;
  readonly columns: readonly ColumnProfile[];
}
