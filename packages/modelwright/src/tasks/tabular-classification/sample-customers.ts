/** Contracts, with how readily customers of each leave. */
const CONTRACTS: readonly (readonly [name: string, leaving: number])[] = [
  ["monthly", 1.2],
  ["one year", -0.6],
  ["two years", -1.6],
];
const PAYMENTS: readonly (readonly [name: string, leaving: number])[] = [
  ["card", -0.2],
  ["invoice", 0.5],
  ["bank transfer", -0.3],
];

/** A CSV of 480 invented customers: who stayed, and who left. */
export function sampleCustomers(): string {
  const rows = Array.from({ length: 480 }, (_, i) => {
    const [contract, byContract] = CONTRACTS[i % 3]!;
    const [payment, byPayment] = PAYMENTS[Math.floor(i / 3) % 3]!;
    // Steps that share no factor with the number of rows, so that values do not line up.
    const tenure = 1 + ((i * 37) % 71);
    const charges = 20 + ((i * 53) % 97);
    const calls = (i * 11) % 7;
    const leaving = byContract + byPayment - tenure / 18 + charges / 60 + calls / 4 - 0.6;
    const surprise = (((i * 7919) % 211) / 211 - 0.5) * 1.6;
    const plan = i % 23 === 0 ? "" : ["basic", "plus", "pro"][(i * 5) % 3];
    const joined = new Date(Date.UTC(2026, 0, 31) - tenure * 30.4 * 86_400_000).toISOString().slice(0, 10);
    const label = leaving + surprise > 0 ? "left" : "stayed";
    return `C${1000 + i},${joined},${tenure},${contract},${payment},${plan},${charges}.50,${calls},${label}`;
  });
  return `customer_id,joined,months,contract,payment,plan,monthly_charges,support_calls,status\n${rows.join("\n")}\n`;
}
