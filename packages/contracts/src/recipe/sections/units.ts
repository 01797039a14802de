/** Units by what they measure. */
export const UNITS = {
  mass: ["µg", "mg", "g", "kg", "t", "oz", "lb", "st", "斤"],
  length: ["µm", "mm", "cm", "m", "km", "in", "ft", "yd", "mi"],
  time: ["ms", "s", "min", "h", "d"],
  temperature: ["°C", "°F", "K"],
  "data size": ["B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"],
} as const;

export type Quantity = keyof typeof UNITS;
export type Unit = (typeof UNITS)[Quantity][number];

export const UNIT_NAMES = Object.values(UNITS).flat();
