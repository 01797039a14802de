import type { GraphBuilder, Value } from "@modelwright/engine";

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
/** From the first of March of the year 0 to 1970. */
const DAYS_BEFORE_1970 = 719_468;

/** Whole numbers that a moment has, in UTC. */
interface FieldRule {
  readonly of: (date: Date) => number;
  readonly compile: (arithmetic: DateArithmetic) => Value;
}

const FIELDS = {
  year: { of: (date) => date.getUTCFullYear(), compile: (a) => a.civil().year },
  /** 1 to 12. */
  month: { of: (date) => date.getUTCMonth() + 1, compile: (a) => a.civil().month },
  /** 1 to 31. */
  day: { of: (date) => date.getUTCDate(), compile: (a) => a.civil().day },
  /** 0 for Monday to 6 for Sunday. */
  weekday: { of: (date) => (date.getUTCDay() + 6) % 7, compile: (a) => a.weekday() },
  /** 0 to 23. */
  hour: { of: (date) => date.getUTCHours(), compile: (a) => a.within(DAY, HOUR) },
  minute: { of: (date) => date.getUTCMinutes(), compile: (a) => a.within(HOUR, MINUTE) },
  second: { of: (date) => date.getUTCSeconds(), compile: (a) => a.within(MINUTE, SECOND) },
} as const satisfies Record<string, FieldRule>;

export type DateField = keyof typeof FIELDS;

export function fieldOf(milliseconds: number, field: DateField): number {
  return FIELDS[field].of(new Date(milliseconds));
}

/**
 * The fields of milliseconds since 1970, int64 of any shape, as integer arithmetic in a graph. Each is made
 * once.
 */
export class DateArithmetic {
  readonly #b: GraphBuilder;
  readonly #milliseconds: Value;
  #civil: { readonly year: Value; readonly month: Value; readonly day: Value } | undefined;

  constructor(b: GraphBuilder, milliseconds: Value) {
    this.#b = b;
    this.#milliseconds = milliseconds;
  }

  field(field: DateField): Value {
    return FIELDS[field].compile(this);
  }

  /** Whole `unit`s within the last whole `span`. */
  within(span: number, unit: number): Value {
    return this.#divide(this.#remainder(this.#milliseconds, span), unit);
  }

  weekday(): Value {
    // 1970 began on a Thursday.
    return this.#remainder(this.#add(this.#days(), 3), 7);
  }

  /** After Howard Hinnant's `civil_from_days`: years begin in March, and eras have 400 of them. */
  civil(): { readonly year: Value; readonly month: Value; readonly day: Value } {
    this.#civil ??= this.#makeCivil();
    return this.#civil;
  }

  #makeCivil() {
    const days = this.#add(this.#days(), DAYS_BEFORE_1970);
    const dayOfEra = this.#remainder(days, 146_097);
    const era = this.#divide(this.#subtract(days, dayOfEra), 146_097);
    const leapsOut = this.#add(
      this.#subtract(dayOfEra, this.#divide(dayOfEra, 1460)),
      this.#subtract(this.#divide(dayOfEra, 36_524), this.#divide(dayOfEra, 146_096)),
    );
    const yearOfEra = this.#divide(leapsOut, 365);
    const dayOfYear = this.#subtract(
      this.#subtract(this.#add(dayOfEra, this.#divide(yearOfEra, 100)), this.#divide(yearOfEra, 4)),
      this.#times(yearOfEra, 365),
    );
    const monthFromMarch = this.#divide(this.#add(this.#times(dayOfYear, 5), 2), 153);
    const daysBefore = this.#divide(this.#add(this.#times(monthFromMarch, 153), 2), 5);
    const day = this.#add(this.#subtract(dayOfYear, daysBefore), 1);
    const isNextYear = this.#divide(monthFromMarch, 10); // 1 in January and February
    const month = this.#subtract(this.#add(monthFromMarch, 3), this.#times(isNextYear, 12));
    const year = this.#add(this.#add(yearOfEra, this.#times(era, 400)), isNextYear);
    return { year, month, day };
  }

  /** Whole days since 1970, downwards before it. */
  #days(): Value {
    return this.#divide(this.#subtract(this.#milliseconds, this.#remainder(this.#milliseconds, DAY)), DAY);
  }

  #int(value: number | Value): Value {
    return typeof value === "number" ? this.#b.constant("int64", [], [value]) : value;
  }

  #add(x: Value, y: number | Value): Value {
    return this.#b.op("Add", [x, this.#int(y)]);
  }

  #subtract(x: Value, y: number | Value): Value {
    return this.#b.op("Sub", [x, this.#int(y)]);
  }

  #times(x: Value, y: number): Value {
    return this.#b.op("Mul", [x, this.#int(y)]);
  }

  /** Towards zero, as Div divides integers. */
  #divide(x: Value, y: number): Value {
    return this.#b.op("Div", [x, this.#int(y)]);
  }

  /** Never negative. */
  #remainder(x: Value, y: number): Value {
    return this.#b.op("Mod", [x, this.#int(y)]);
  }
}
