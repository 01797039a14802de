import { NO_FRAME, type TokenFrame } from "../tokenizers/truncate.ts";

/** How a text that is longer than what an encoder reads is read in parts. */
export interface Windows {
  /** Tokens that a window shares with the one before it. */
  readonly overlap: number;
  /** Windows of a text at most; what stands behind them is cut as texts without windows are. */
  readonly most: number;
}

/** What decides the windows of a text. */
interface WindowReading {
  /** Tokens of a window, special ones included. */
  readonly maxLength: number;
  readonly windows: Windows;
  readonly frame?: TokenFrame | undefined;
}

/** Rows of tokens, and of which text each of them is a part. */
export interface WindowedTexts {
  readonly encoded: readonly Int32Array[];
  /** The text of each row, ascending: every text has one row at least. */
  readonly textOf: Int32Array;
}

/** Tokens of a text that its windows hold together, special ones included. */
export function windowsCover(reading: WindowReading): number {
  const { room, step, frame } = stepsOf(reading);
  return frame.before + room + (reading.windows.most - 1) * step + frame.after;
}

/**
 * Cuts texts into windows of at most `maxLength` tokens, each between the special tokens of the whole. The last one ends where the text ends
 * and is as long as the others: a few words at the end would otherwise count as much as a full window.
 *
 * @param texts Token ids of each text, at most `windowsCover(reading)`.
 */
export function cutIntoWindows(texts: readonly Int32Array[], reading: WindowReading): WindowedTexts {
  const { room, step, frame } = stepsOf(reading);
  const encoded: Int32Array[] = [];
  const textOf: number[] = [];
  for (const [text, ids] of texts.entries()) {
    const [before, after] = [ids.subarray(0, frame.before), ids.subarray(ids.length - frame.after)];
    const last = ids.length - frame.after - room;
    for (const start of startsOf(frame.before, { last, step })) {
      const isWhole = ids.length <= reading.maxLength;
      encoded.push(isWhole ? ids : Int32Array.from([...before, ...ids.subarray(start, start + room), ...after]));
      textOf.push(text);
    }
  }
  return { encoded, textOf: Int32Array.from(textOf) };
}

/** Where windows begin, from the first one on. */
function startsOf(first: number, { last, step }: { readonly last: number; readonly step: number }): number[] {
  if (last <= first) return [first];
  const count = Math.ceil((last - first) / step);
  return [...Array.from({ length: count }, (_, i) => first + i * step), last];
}

/** A frame that leaves no room is none: such windows hold the first tokens alone. */
function stepsOf({ maxLength, windows, frame = NO_FRAME }: WindowReading) {
  const room = maxLength - frame.before - frame.after;
  const used = room < 1 ? { room: maxLength, frame: NO_FRAME } : { room, frame };
  return { ...used, step: Math.max(1, used.room - windows.overlap) };
}

/**
 * The mean over the rows of each text.
 *
 * @param values `[rows, columns]`, row by row.
 * @param textOf The text of each row, as `WindowedTexts` has it.
 */
export function meanByText(values: ArrayLike<number>, textOf: Int32Array): Float32Array {
  const texts = (textOf.at(-1) ?? -1) + 1;
  const columns = textOf.length === 0 ? 0 : values.length / textOf.length;
  const sums = new Float64Array(texts * columns);
  const counts = new Int32Array(texts);
  for (const [row, text] of textOf.entries()) {
    counts[text]! += 1;
    for (let k = 0; k < columns; k++) sums[text * columns + k]! += values[row * columns + k]!;
  }
  return Float32Array.from(sums, (sum, i) => sum / counts[Math.floor(i / columns)]!);
}
