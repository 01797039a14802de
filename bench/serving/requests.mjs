/** The value below which this share of all lies. */
export function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** 256 texts of so many words (`8-16`), the same at every run. */
export function texts(range) {
  const [least, most] = range.split("-").map(Number);
  if (!(least >= 1 && most >= least)) throw new Error(`--words takes a range such as 8-16, not ${range}`);
  const words =
    `where is my parcel and when will it arrive please tell me the card payment was declined yesterday i want
    to change address of this account because transfer has not been received yet how can you help with refund for order`.split(
      /\s+/,
    );
  let state = 7;
  const random = (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  return Array.from({ length: 256 }, () =>
    Array.from({ length: least + random(most - least + 1) }, () => words[random(words.length)]).join(" "),
  );
}

/** The bytes of a request for a prediction. */
export function requestOf(model, text) {
  const body = JSON.stringify({ text });
  const head = `POST /v1/models/${model}/predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json`;
  return `${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
