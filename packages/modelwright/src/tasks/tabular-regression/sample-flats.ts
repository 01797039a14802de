const DISTRICTS: readonly (readonly [name: string, factor: number])[] = [
  ["Old Town", 1.35],
  ["Harbour", 1.2],
  ["North", 0.9],
  ["Gardens", 1],
  ["Mill Lane", 0.8],
];

/** A CSV of 400 invented flats and their monthly rents. */
export function sampleFlats(): string {
  const rows = Array.from({ length: 400 }, (_, i) => {
    const [district, factor] = DISTRICTS[(i * 3) % DISTRICTS.length]!;
    // Steps that share no factor with the number of rows, so that values do not line up.
    const area = 24 + ((i * 47) % 121);
    const rooms = Math.max(1, Math.round(area / 28 + ((i * 13) % 3) - 1));
    const built = 1905 + ((i * 31) % 119);
    const lift = i % 4 === 0 ? "no" : "yes";
    const floor = i % 19 === 0 ? "" : (i * 7) % 9;
    const surprise = 1 + (((i * 7919) % 199) / 199 - 0.5) * 0.18;
    const rent = (180 + area * 9.5 * factor + rooms * 22 + (built - 1960) * 1.4 + (lift === "yes" ? 45 : 0)) * surprise;
    return `${district},${area},${rooms},${floor},${built},${lift},${rent.toFixed(0)}`;
  });
  return `district,area,rooms,floor,built,lift,price\n${rows.join("\n")}\n`;
}
