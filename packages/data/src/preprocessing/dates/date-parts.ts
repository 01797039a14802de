import type { DatePart } from "@modelwright/contracts";
import type { GraphBuilder, Value } from "@modelwright/engine";
import { type DateArithmetic, type DateField, fieldOf } from "./date-fields.ts";

const [FLOAT32, DAY] = [1, 86_400_000];

/** Numbers that a date becomes. */
interface PartRule {
  /** What is behind the column's name; one per number. */
  readonly names: readonly string[];
  /** @param since A moment before or among the training rows, in milliseconds. */
  readonly of: (milliseconds: number, since: number) => readonly number[];
  /** int64 `[batch, 1]` to float32 `[batch, names]`. */
  readonly compile: (b: GraphBuilder, date: CompiledDate) => Value;
}

/** A date within a graph. */
export interface CompiledDate {
  readonly milliseconds: Value;
  readonly since: number;
  readonly arithmetic: DateArithmetic;
}

const PARTS = {
  year: plain("year"),
  month: plain("month"),
  day: plain("day"),
  weekday: plain("weekday"),
  hour: plain("hour"),
  minute: plain("minute"),
  /** December stands beside January. */
  "month-cycle": cyclic("month", { first: 1, count: 12 }),
  "day-cycle": cyclic("day", { first: 1, count: 31 }),
  "weekday-cycle": cyclic("weekday", { first: 0, count: 7 }),
  "hour-cycle": cyclic("hour", { first: 0, count: 24 }),
  /** With fractions, since the first date of the training rows. */
  "days-since": {
    names: ["days"],
    of: (milliseconds, since) => [Math.fround(Math.fround(milliseconds - since) / DAY)],
    compile: (b, { milliseconds, since }) => {
      const passed = b.op("Sub", [milliseconds, b.constant("int64", [], [since])]);
      return b.op("Div", [b.op("Cast", [passed], { to: FLOAT32 }), b.scalar(DAY)]);
    },
  },
} as const satisfies Record<DatePart, PartRule>;

export function partOf(part: DatePart): PartRule {
  return PARTS[part];
}

function plain(field: DateField): PartRule {
  return {
    names: [field],
    of: (milliseconds) => [fieldOf(milliseconds, field)],
    compile: (b, { arithmetic }) => b.op("Cast", [arithmetic.field(field)], { to: FLOAT32 }),
  };
}

/** Sine and cosine, from a table: a graph's own differ by machine. */
function cyclic(field: DateField, { first, count }: { readonly first: number; readonly count: number }): PartRule {
  const table = Array.from({ length: count }, (_, place) => {
    const angle = (2 * Math.PI * place) / count;
    return [Math.fround(Math.sin(angle)), Math.fround(Math.cos(angle))] as const;
  });
  return {
    names: [`${field} sine`, `${field} cosine`],
    of: (milliseconds) => table[fieldOf(milliseconds, field) - first]!,
    compile: (b, { arithmetic }) => {
      const place = b.op("Sub", [arithmetic.field(field), b.constant("int64", [], [first])]); // [batch, 1]
      const row = b.op("Squeeze", [place, b.ints([1])]);
      return b.op("Gather", [b.constant("float32", [count, 2], table.flat()), row]);
    },
  };
}
