import type { TablePreprocessing } from "@modelwright/contracts";
import { loadTokenizer, type TextReading } from "@modelwright/data";
import { encodeModel } from "@modelwright/engine";
import { buildSentenceEncoder, checkMaxLength } from "@modelwright/models";
import { onBehalfOf } from "../named-bases.ts";
import type { DataContext } from "../task.ts";
import { type LoadedEncoder, pretrainedSource } from "../text-encoder/encoder-source.ts";
import type { VersionFiles } from "../version-files.ts";

/** What names an encoder of a column's texts, and how it reads them. */
export interface TableEncoderReference {
  readonly base: string;
  /** Which value of the recipe says so. */
  readonly at: string;
  /** Default: 128, or as many as it can. */
  readonly maxLength: number | undefined;
  readonly truncation: "end" | "middle";
}

/** An encoder with what it reads. */
export interface TableEncoder {
  readonly loaded: LoadedEncoder;
  readonly reading: TextReading;
  readonly base: string;
}

const MAX_LENGTH = 128;

/** @throws {ModelwrightError} For an encoder that is not known, or that reads fewer tokens. */
export async function loadTableEncoder(
  { base, at, maxLength, truncation }: TableEncoderReference,
  { baseDir, folders }: Pick<DataContext, "baseDir" | "folders">,
): Promise<TableEncoder> {
  const source = pretrainedSource({ base, maxLength: MAX_LENGTH }, { baseDir, folders });
  const loaded = await onBehalfOf(at, () => source.load());
  const most = loaded.encoder.maxLength;
  if (maxLength !== undefined) checkMaxLength(loaded.encoder, { option: "features: maxLength", name: base, maxLength });
  const { frame } = loadTokenizer(loaded.tokenizerJson);
  return { base, loaded, reading: { maxLength: maxLength ?? Math.min(MAX_LENGTH, most), truncation, frame } };
}

/** The files of a version's encoders and what its manifest says of them; nothing where there are none. */
export function encoderVersion(encoders: readonly TableEncoder[]): {
  readonly files: VersionFiles;
  readonly preprocessing: Pick<TablePreprocessing, "encoders">;
} {
  if (encoders.length === 0) return { files: {}, preprocessing: {} };
  const parts = encoders.map(({ loaded, reading, base }, i) => {
    const [graph, tokenizer] = [`encoders/${i + 1}/model.onnx`, `encoders/${i + 1}/tokenizer.json`];
    const { encoder: architecture, parameters, tokenizerJson, sha256 } = loaded;
    return {
      files: {
        [graph]: encodeModel(buildSentenceEncoder({ architecture, parameters }).graph),
        [tokenizer]: JSON.stringify(tokenizerJson),
      },
      manifest: {
        base,
        ...(sha256 === undefined ? {} : { baseSha256: sha256 }),
        graph,
        tokenizer,
        maxLength: reading.maxLength,
        truncation: reading.truncation as "end" | "middle",
        padId: loadTokenizer(tokenizerJson).padId,
        width: architecture.width,
      },
    };
  });
  return {
    files: Object.assign({}, ...parts.map(({ files }) => files)),
    preprocessing: { encoders: parts.map(({ manifest }) => manifest) },
  };
}
