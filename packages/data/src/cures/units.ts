import { type Quantity, UNITS, type Unit } from "@modelwright/contracts";

/** How many of the first unit of its kind one is, and what is added then: degrees begin elsewhere. */
interface Size {
  readonly factor: number;
  readonly offset?: number;
  /** How else it is written. */
  readonly names?: string;
}

/** International units and those defined by them: the pound of 1959 is 0.45359237 kg, the inch 25.4 mm, a jin 500 g. */
const SIZES: Readonly<Record<Unit, Size>> = {
  µg: { factor: 1e-6, names: "ug μg mcg 微克" },
  mg: { factor: 1e-3, names: "毫克" },
  g: { factor: 1, names: "gram grams gr 克" },
  kg: { factor: 1e3, names: "kgs kilo kilos kilogram kilograms 公斤 千克" },
  t: { factor: 1e6, names: "ton tons tonne tonnes 吨 噸" },
  oz: { factor: 28.349523125, names: "ounce ounces 盎司" },
  lb: { factor: 453.59237, names: "lbs pound pounds 磅" },
  st: { factor: 6350.29318, names: "stone" },
  斤: { factor: 500, names: "市斤 jin" },
  µm: { factor: 1e-6, names: "um μm 微米" },
  mm: { factor: 1e-3, names: "毫米" },
  cm: { factor: 1e-2, names: "厘米 公分" },
  m: { factor: 1, names: "meter meters metre metres 米 公尺" },
  km: { factor: 1e3, names: "kilometer kilometers kilometre kilometres 公里 千米" },
  in: { factor: 0.0254, names: "inch inches 英寸" },
  ft: { factor: 0.3048, names: "foot feet 英尺" },
  yd: { factor: 0.9144, names: "yard yards 码" },
  mi: { factor: 1609.344, names: "mile miles 英里" },
  ms: { factor: 1e-3, names: "msec 毫秒" },
  s: { factor: 1, names: "sec secs second seconds 秒" },
  min: { factor: 60, names: "mins minute minutes 分 分钟 分鐘" },
  h: { factor: 3600, names: "hr hrs hour hours 小时 小時" },
  d: { factor: 86_400, names: "day days 天 日" },
  "°C": { factor: 1, offset: 273.15, names: "C ℃ celsius 度 摄氏度" },
  "°F": { factor: 5 / 9, offset: 459.67 * (5 / 9), names: "F ℉ fahrenheit 华氏度" },
  K: { factor: 1, names: "kelvin" },
  B: { factor: 1, names: "byte bytes 字节" },
  kB: { factor: 1e3 },
  MB: { factor: 1e6 },
  GB: { factor: 1e9 },
  TB: { factor: 1e12 },
  KiB: { factor: 2 ** 10 },
  MiB: { factor: 2 ** 20 },
  GiB: { factor: 2 ** 30 },
  TiB: { factor: 2 ** 40 },
};

/** What a unit measures. */
export function quantityOf(unit: Unit): Quantity {
  return (Object.keys(UNITS) as Quantity[]).find((quantity) => (UNITS[quantity] as readonly Unit[]).includes(unit))!;
}

/** The unit of a quantity that a text names, in whatever case where no other is meant by it. */
export function unitNamed(text: string, quantity: Quantity): Unit | undefined {
  const units: readonly Unit[] = UNITS[quantity];
  const spellings = (unit: Unit) => [unit, ...(SIZES[unit].names?.split(" ") ?? [])];
  const lower = text.toLowerCase();
  return (
    units.find((unit) => spellings(unit).includes(text)) ??
    units.find((unit) => spellings(unit).some((each) => each.toLowerCase() === lower))
  );
}

/** A number of one unit in another that measures the same, to 12 digits. */
export function converted(value: number, { from, to }: { readonly from: Unit; readonly to: Unit }): number {
  if (from === to) return value;
  const [source, target] = [SIZES[from], SIZES[to]];
  const number = (value * source.factor + (source.offset ?? 0) - (target.offset ?? 0)) / target.factor;
  // What 0.1 is not exactly would be shown in the seventeenth digit.
  return Number(number.toPrecision(12));
}
