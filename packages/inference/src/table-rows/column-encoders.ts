import { join } from "node:path";
import type { TablePreprocessing } from "@modelwright/contracts";
import { distinctTexts, type Frame, loadTokenizer, type TextColumn, type TextVectors } from "@modelwright/data";
import { type LoadOptions, openGraph, readJson } from "../open-version.ts";
import { EncoderGraph } from "../texts/encoder-graph.ts";

type EncoderManifest = NonNullable<TablePreprocessing["encoders"]>[number];

/** Texts of columns that are ready to be made vectors of. */
export interface PreparedColumns {
  /** The frame with the vectors of its texts. */
  run(request: { readonly signal?: AbortSignal | undefined; readonly blocking?: boolean | undefined }): Promise<Frame>;
}

/** What makes vectors of the texts of a table's columns, before its graph. */
export class ColumnEncoders {
  readonly #graphs: readonly EncoderGraph[];
  readonly #manifests: readonly EncoderManifest[];

  private constructor(manifests: readonly EncoderManifest[], graphs: readonly EncoderGraph[]) {
    this.#manifests = manifests;
    this.#graphs = graphs;
  }

  /**
   * @param directory A version folder.
   * @throws {ModelwrightError} `SERVER_VERSION_UNREADABLE` naming the file; `ENGINE_MODEL_REFUSED`.
   */
  static async load(
    directory: string,
    manifests: readonly EncoderManifest[],
    options: LoadOptions,
  ): Promise<ColumnEncoders> {
    const graphs: EncoderGraph[] = [];
    try {
      for (const manifest of manifests) graphs.push(await openEncoder(directory, manifest, options));
    } catch (error) {
      for (const graph of graphs) graph.release();
      throw error;
    }
    return new ColumnEncoders(manifests, graphs);
  }

  /** Tokenizes the texts of the columns that have an encoder, each different one once. */
  prepare(frame: Frame, columns: TablePreprocessing["columns"]): PreparedColumns {
    const wanted = columns.flatMap(({ name, vector }) => {
      const column = frame.columns.find((each): each is TextColumn => each.kind === "text" && each.name === name);
      return vector === undefined || column === undefined ? [] : [this.#prepareColumn(column, vector.encoder)];
    });
    return {
      run: async (request) => {
        const vectors = new Map<string, TextVectors>();
        for (const { name, run } of wanted) vectors.set(name, await run(request));
        return {
          ...frame,
          columns: frame.columns.map((column) => {
            const own = column.kind === "text" ? vectors.get(column.name) : undefined;
            return own === undefined ? column : ({ ...column, vectors: own } as TextColumn);
          }),
        };
      },
    };
  }

  #prepareColumn({ name, values }: TextColumn, encoder: number) {
    const [graph, { width }] = [this.#graphs[encoder]!, this.#manifests[encoder]!];
    const { texts, places } = distinctTexts(values);
    const encoded = graph.encode(texts);
    return {
      name,
      run: async (request: Parameters<PreparedColumns["run"]>[0]): Promise<TextVectors> => {
        const table = new Float32Array(texts.length * width);
        await graph.run(encoded, { ...request, onText: (text, vector) => table.set(vector, text * width) });
        return { encoder, width, table, places };
      },
    };
  }

  /** Frees the sessions; nothing may be asked afterwards. */
  release(): void {
    for (const graph of this.#graphs) graph.release();
  }
}

async function openEncoder(
  directory: string,
  { graph, tokenizer: file, maxLength, truncation, width }: EncoderManifest,
  options: LoadOptions,
): Promise<EncoderGraph> {
  const tokenizer = loadTokenizer((await readJson(directory, file, options)) as object);
  const session = await openGraph(directory, graph, options);
  return new EncoderGraph({
    tokenizer,
    session,
    file: join(directory, graph),
    reading: { maxLength, truncation, frame: tokenizer.frame },
    output: {
      name: "sentence_embedding",
      columns: width,
      because: `the manifest says that a vector has ${width} numbers`,
    },
    maxBatch: options.maxBatch ?? 32,
  });
}
