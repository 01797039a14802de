const THINGS = ["房间", "早餐", "服务", "前台", "位置", "床铺", "大堂", "餐厅", "电梯", "浴室"];
const WORDS = {
  好评: ["非常好，下次还会再来", "很干净，我们都很满意", "让人开心，值得推荐"],
  差评: ["太糟糕，再也不会来了", "又脏又旧，大家都很失望", "让人生气，不推荐给朋友"],
};

/** Sixty invented reviews of a hotel as a CSV with the columns `review,label`: half of them praise. */
export function chineseReviews(): string {
  const rows = THINGS.flatMap((thing) =>
    Object.entries(WORDS).flatMap(([label, words]) => words.map((word) => `${thing}${word}。,${label}`)),
  );
  return `review,label\n${rows.join("\n")}\n`;
}
