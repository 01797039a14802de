/**
 * A CSV of 600 invented readings of machines, of which every twenty-fifth is of one with a fault. Each number of it is a usual one: a machine
 * that runs slowly is as hot as one that runs fast, or draws a current for which its pressure is too low.
 */
export function sampleMachines(): string {
  const rows = Array.from({ length: 600 }, (_, i) => {
    // Steps that share no factor with the number of rows, so that values do not line up.
    const drawn = (step: number, size: number) => ((i * step) % size) / size;
    const isFault = i % 25 === 17;
    const isLeak = isFault && i % 50 === 17;
    const load = isFault ? 0.2 * drawn(7919, 601) + (isLeak ? 0.8 : 0) : drawn(7919, 601);
    const heated = isFault && !isLeak ? 0.95 : load;
    const pumped = isLeak ? 0.1 : load;
    const noise = (step: number) => drawn(step, 599) - 0.5;
    const tool = ["drill", "mill", "saw"][(i * 13) % 3]!;
    const values = [
      (900 + load * 600).toFixed(0),
      (38 + heated * 22 + 3 * noise(104_729)).toFixed(2),
      (0.3 + load * 0.5 + 0.1 * noise(1_299_709)).toFixed(2),
      (4 + pumped * 2 + 0.4 * noise(15_485_863)).toFixed(2),
      (4 + load * 9 + noise(32_452_843)).toFixed(2),
    ];
    return `M${String(i + 1).padStart(4, "0")},${tool},${values.join(",")},${isFault ? "yes" : "no"}`;
  });
  return `id,tool,speed,temperature,vibration,pressure,current,fault\n${rows.join("\n")}\n`;
}
