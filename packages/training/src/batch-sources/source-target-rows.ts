import type { Tensor } from "@modelwright/engine";
import { IGNORED_LABEL } from "@modelwright/models";
import type { BatchSource } from "../model/tensor-dataset.ts";
import { paddedLength } from "./padded-length.ts";

/** Texts that are to be written from others, tokenized. */
export interface SourceTargetRows {
  /** Of each row what the encoder reads, special tokens included. */
  readonly sources: readonly Int32Array[];
  /** Of each row what is to be written, its end included; one token at least. */
  readonly targets: readonly Int32Array[];
  readonly padId: number;
  /** The decoder reads it in front of each target. */
  readonly startId: number;
}

/**
 * Rows as `sequenceToSequenceModel` reads them: `input_ids`, `attention_mask`, `decoder_input_ids`, which are the target moved by one place
 * behind the start, and `labels`, padding left out. A batch weighs as much as it has labels.
 */
export function sourceTargetRows({ sources, targets, padId, startId }: SourceTargetRows): BatchSource {
  return {
    rows: sources.length,
    lengths: Int32Array.from(sources, ({ length }, row) => length + targets[row]!.length),
    weight: (members) => members.reduce((sum, row) => sum + targets[row]!.length, 0),
    batch: (members) => {
      const [read, written] = [members, members].map((rows, i) =>
        Array.from(rows, (row) => [sources, targets][i]![row]!),
      );
      const masks = read!.map(({ length }) => new Int32Array(length).fill(1));
      const begun = written!.map((target) => Int32Array.of(startId, ...target.subarray(0, -1)));
      return {
        input_ids: padded(read!, padId),
        attention_mask: padded(masks, 0),
        decoder_input_ids: padded(begun, padId),
        labels: padded(written!, IGNORED_LABEL),
      };
    },
  };
}

function padded(rows: readonly Int32Array[], filler: number): Tensor<"int64"> {
  const length = paddedLength(Math.max(1, ...rows.map((row) => row.length)));
  const data = new BigInt64Array(rows.length * length).fill(BigInt(filler));
  for (const [at, row] of rows.entries()) data.set(BigInt64Array.from(row, BigInt), at * length);
  return { dtype: "int64", shape: [rows.length, length], data };
}
