/** A CSV of 600 invented readings of machines, of which every fiftieth is of one with a fault. */
export function sampleMachines(): string {
  const rows = Array.from({ length: 600 }, (_, i) => {
    // Steps that share no factor with the number of rows, so that values do not line up.
    const [load, drift, noise] = [(i * 7919) % 601, (i * 104_729) % 599, (i * 1_299_709) % 607].map(
      (n, at) => n / [601, 599, 607][at]!,
    );
    const tool = ["drill", "mill", "saw"][(i * 13) % 3]!;
    const fault = i % 50 === 17;
    const isLeak = fault && i % 100 === 17;
    const speed = 900 + load! * 600;
    const temperature = 38 + load! * 22 + (noise! - 0.5) * 4 + (fault && !isLeak ? 24 : 0);
    const vibration = 0.3 + load! * 0.5 + (drift! - 0.5) * 0.15 + (fault && !isLeak ? 1.4 : 0);
    const pressure = 5.2 + (noise! - 0.5) * 0.5 - (isLeak ? 2.6 : 0);
    const current = 4 + load! * 9 + (drift! - 0.5) + (isLeak ? 5 : 0);
    const values = [speed.toFixed(0), ...[temperature, vibration, pressure, current].map((value) => value.toFixed(2))];
    return `M${String(i + 1).padStart(4, "0")},${tool},${values.join(",")},${fault ? "yes" : "no"}`;
  });
  return `reading,tool,speed,temperature,vibration,pressure,current,fault\n${rows.join("\n")}\n`;
}
