/** One field of a protobuf message, not yet interpreted. */
export interface WireField {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wireType: number;
  /** A varint's value as an int64; 0 for the other types. Beyond ±2^53 only its sign and rough size are right. */
  readonly value: number;
  /** Where the field's content stands in the bytes. */
  readonly start: number;
  readonly end: number;
}

/** The bytes are not a protobuf message. */
export class WireError extends Error {
  override readonly name = "WireError";
}

/** Length of the fields of a fixed size, by wire type. */
const FIXED_SIZES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

const MAX_VARINT_BYTES = 10;

/**
 * Calls `visit` for each field of a message in `bytes[start, end)`, one after the other and without going into any:
 * the caller decides how deep to go. Work and memory do not depend on what lengths the bytes claim.
 *
 * Format: https://protobuf.dev/programming-guides/encoding/. Groups, which ONNX does not use, are an error.
 *
 * @throws {WireError} If the bytes are not a message.
 */
export function walkFields(bytes: Uint8Array, start: number, end: number, visit: (field: WireField) => void): void {
  for (let at = start; at < end; ) {
    const field = readField(bytes, { at, end });
    visit(field);
    at = field.end;
  }
}

/**
 * The field of a message that begins at a byte.
 *
 * @param range.end Of the bytes that may be read.
 * @param range.limit Of the message, where its bytes are not all there: the field's content may go up to here. Default `range.end`.
 * @throws {WireError} If there is no field.
 */
export function readField(
  bytes: Uint8Array,
  { at, end, limit = end }: { readonly at: number; readonly end: number; readonly limit?: number },
): WireField {
  const tag = readVarint(bytes, at, end);
  const number = Math.floor(tag.value / 8);
  const wireType = tag.value % 8;
  if (tag.value < 0 || number < 1 || number > 0x1fffffff) throw new WireError(`field number ${number} at byte ${at}`);
  const behind = tag.next;
  if (wireType === 0) {
    const { value, next } = readVarint(bytes, behind, end);
    return { number, wireType, value, start: behind, end: next };
  }
  const { value: size, next: start } =
    wireType === 2 ? readVarint(bytes, behind, end) : { value: FIXED_SIZES[wireType], next: behind };
  if (size === undefined) throw new WireError(`wire type ${wireType} at byte ${behind}`);
  if (size < 0 || size > limit - start)
    throw new WireError(`field ${number} at byte ${start} is longer than what holds it`);
  return { number, wireType, value: 0, start, end: start + size };
}

/** The varints that stand one after the other in `bytes[start, end)`, as in a packed field. */
export function walkVarints(bytes: Uint8Array, start: number, end: number, visit: (value: number) => void): void {
  for (let at = start; at < end; ) {
    const { value, next } = readVarint(bytes, at, end);
    visit(value);
    at = next;
  }
}

function readVarint(bytes: Uint8Array, start: number, end: number): { readonly value: number; readonly next: number } {
  let value = 0;
  // Of the bits inverted: a negative number is −1 minus this, exact where the number is small.
  let inverted = 0;
  let scale = 1;
  const last = Math.min(end, start + MAX_VARINT_BYTES) - 1;
  for (let at = start; at <= last; at++) {
    const byte = bytes[at]!;
    if (at - start === MAX_VARINT_BYTES - 1) {
      // Bit 63, the sign; there is no room for more.
      if (byte > 1) break;
      return { value: byte === 1 ? -1 - inverted : value, next: at + 1 };
    }
    value += (byte & 127) * scale;
    inverted += (127 - (byte & 127)) * scale;
    scale *= 128;
    if (byte < 128) return { value, next: at + 1 };
  }
  throw new WireError(`unfinished or too long number at byte ${start}`);
}
