/** Chinese words without a meaning of their own, in simplified and in traditional characters; no negation. */
export const CHINESE_STOP_WORDS: readonly string[] = [
  // Particles.
  "的 了 着 著 过 過 地 得 之 吗 嗎 呢 吧 啊 呀 嘛 啦 哇 哦 噢 喔 嗯 呗 唄 罢了 罷了 而已 所 者 似的",
  // Pronouns.
  "我 你 您 他 她 它 牠 妳 祂 我们 我們 你们 你們 您们 您們 他们 他們 她们 她們 它们 它們 咱 咱们 咱們 自己 大家 别人 別人",
  "这 這 那 哪 这个 這個 那个 那個 哪个 哪個 这些 這些 那些 哪些 这里 這裡 這裏 那里 那裡 那裏 这儿 這兒 那儿 那兒 这样 這樣",
  "那样 那樣 这么 這麼 那么 那麼 此 该 該 其 某 各 每 什么 什麼 甚麼 谁 誰 怎么 怎麼 怎样 怎樣 如何 我的 你的 他的 她的 它的",
  // Prepositions and coverbs.
  "在 从 從 自 由 于 於 到 向 往 把 将 將 被 让 讓 给 給 对 對 对于 對於 关于 關於 跟 与 與 和 同 及 以及 以 为 為 为了 為了",
  "用 按 按照 根据 根據 通过 通過 随着 隨著 除了 当 當 比",
  // Conjunctions.
  "或 或者 并 並 并且 並且 而 而且 但 但是 可是 不过 不過 然而 因为 因為 因此 所以 由于 由於 如果 要是 若 虽然 雖然 尽管 儘管 即使 只要 只有 无论 無論 不管 然后 然後 于是 於是 则 則",
  // Verbs and adverbs that carry grammar.
  "是 有 个 個 们 們 也 都 就 还 還 又 再 才 便 却 卻 已 已经 已經 曾 曾经 曾經 正在 会 會 能 可以 要",
].flatMap((words) => words.split(" "));
