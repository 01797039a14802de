// The loss of each workload in jax-js. A function consumes its arguments; `.ref` keeps one for another use. Images have their channels last.

/**
 * @param jax The library.
 * @returns {Record<string, (parameter: (name: string, shape: number[]) => object, batch: Record<string, object>, config: object) => object>}
 * A scalar for each workload, from parameters by Modelwright's names and in its shapes.
 */
export function modelsOf({ nn, numpy: np }) {
  const linear = (parameter, x, name, width) =>
    np.matmul(x, parameter(`${name}.weight`, [x.shape.at(-1), width])).add(parameter(`${name}.bias`, [width]));

  // Over the last axis.
  function layerNorm(parameter, x, name, epsilon) {
    const width = x.shape.at(-1);
    const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }));
    const variance = np.mean(np.square(centred.ref), -1, { keepdims: true });
    const normal = centred.div(np.sqrt(variance.add(epsilon)));
    return normal.mul(parameter(`${name}.weight`, [width])).add(parameter(`${name}.bias`, [width]));
  }

  // query, key, value: [batch, length, width]; mask: boolean, broadcasts to [batch, heads, length, length]. The library's own
  // dotProductAttention needs einsum, and that needs the iterator helpers of Node 22.
  function attention([query, key, value], { heads, mask }) {
    const [batch, length, width] = query.shape;
    const split = (x) => np.transpose(x.reshape([batch, length, heads, width / heads]), [0, 2, 1, 3]);
    const scores = np.matmul(split(query), np.swapaxes(split(key), 2, 3)).mul(Math.sqrt(heads / width));
    const context = np.matmul(nn.softmax(np.where(mask, scores, -1e9), -1), split(value));
    return np.transpose(context, [0, 2, 1, 3]).reshape([batch, length, width]);
  }

  // logits: [rows, classes], labels: [rows]
  function crossEntropy(logits, labels) {
    const [rows, classes] = logits.shape;
    return np.sum(nn.logSoftmax(logits, -1).mul(nn.oneHot(labels, classes))).div(-rows);
  }

  function bert(parameter, { input_ids, attention_mask, labels }, config) {
    const { vocabularySize, width, heads, innerWidth, classes, batchSize: batch, length } = config;
    const norm = (x, name) => layerNorm(parameter, x, name, 1e-12);
    const word = np.take(parameter("encoder.embeddings.word.weight", [vocabularySize, width]), input_ids, 0);
    const position = parameter("encoder.embeddings.position.weight", [config.positions, width]).slice([0, length]);
    const type = parameter("encoder.embeddings.token_type.weight", [config.tokenTypes, width]).slice([0, 1]);
    const mask = np.greater(attention_mask.ref.reshape([batch, 1, 1, length]), 0);
    let x = norm(word.add(position).add(type), "encoder.embeddings.norm");
    for (let layer = 0; layer < config.layers; layer++) {
      const name = `encoder.layer${layer}`;
      const parts = ["query", "key", "value"].map((part) =>
        linear(parameter, x.ref, `${name}.attention.${part}`, width),
      );
      const context = attention(parts, { heads, mask: mask.ref });
      x = norm(x.add(linear(parameter, context, `${name}.attention.output`, width)), `${name}.attention_norm`);
      const hidden = nn.gelu(linear(parameter, x.ref, `${name}.feed_forward.inner`, innerWidth), {
        approximate: false,
      });
      const added = x.add(linear(parameter, hidden, `${name}.feed_forward.output`, width));
      x = norm(added, `${name}.feed_forward_norm`);
    }
    mask.dispose();
    const weights = attention_mask.astype(np.float32).reshape([batch, length, 1]);
    const pooled = np.sum(x.mul(weights.ref), 1).div(np.sum(weights, 1));
    return crossEntropy(linear(parameter, pooled, "head.classifier", classes), labels);
  }

  function gpt2(parameter, { input_ids, labels }, { vocabularySize, width, layers, heads, positions, batchSize }) {
    const norm = (x, name) => layerNorm(parameter, x, name, 1e-5);
    const table = parameter("decoder.word.weight", [vocabularySize, width]);
    let x = np.take(table.ref, input_ids, 0).add(parameter("decoder.position.weight", [positions, width]));
    const earlier = np.tri(positions, positions, 0, { dtype: np.bool });
    for (let layer = 0; layer < layers; layer++) {
      const name = `decoder.layer${layer}`;
      const qkv = linear(parameter, norm(x.ref, `${name}.attention_norm`), `${name}.attention.qkv`, 3 * width);
      const context = attention(np.split(qkv, 3, -1), { heads, mask: earlier.ref });
      x = x.add(linear(parameter, context, `${name}.attention.output`, width));
      const normed = norm(x.ref, `${name}.feed_forward_norm`);
      const hidden = nn.gelu(linear(parameter, normed, `${name}.feed_forward.inner`, 4 * width), { approximate: true });
      x = x.add(linear(parameter, hidden, `${name}.feed_forward.output`, width));
    }
    earlier.dispose();
    const rows = norm(x, "decoder.norm").reshape([batchSize * positions, width]);
    return crossEntropy(np.matmul(rows, np.transpose(table)), labels.reshape([batchSize * positions]));
  }

  // One time step after the other: the library has no scan.
  function lstm(parameter, { sequences, values }, { width, layers, length, batchSize }) {
    let inputs = np.unstack(sequences, 1);
    for (let layer = 0; layer < layers; layer++) {
      const name = `lstm.layer${layer}`;
      const inputWeight = parameter(`${name}.input_weight`, [4 * width, inputs[0].shape[1]]);
      const recurrent = np.transpose(parameter(`${name}.recurrent_weight`, [4 * width, width]));
      const [inputBias, recurrentBias] = ["input", "recurrent"].map((side) =>
        parameter(`${name}.${side}_bias`, [4 * width]),
      );
      // One product for the inputs of all steps.
      const projected = np.matmul(np.stack(inputs), np.transpose(inputWeight)).add(inputBias.add(recurrentBias));
      let [state, cell] = [np.zeros([batchSize, width]), np.zeros([batchSize, width])];
      const states = [];
      for (const input of np.unstack(projected)) {
        const [i, o, f, g] = np.split(input.add(np.matmul(state, recurrent.ref)), 4, 1);
        cell = nn
          .sigmoid(f)
          .mul(cell)
          .add(nn.sigmoid(i).mul(np.tanh(g)));
        state = nn.sigmoid(o).mul(np.tanh(cell.ref));
        states.push(state.ref);
      }
      state.dispose();
      cell.dispose();
      recurrent.dispose();
      inputs = states;
    }
    for (const state of inputs.slice(0, length - 1)) state.dispose();
    return np.mean(np.square(linear(parameter, inputs[length - 1], "head", 1).sub(values)));
  }

  function mlp(parameter, { x, labels }, { widths, classes }) {
    const top = widths.reduce((y, width, i) => nn.relu(linear(parameter, y, `hidden${i}`, width)), x);
    return crossEntropy(linear(parameter, top, "head.output", classes), labels);
  }

  const channelsLast = (x) => np.transpose(x, [0, 2, 3, 1]);

  const padded = (x, margin) =>
    np.pad(x, [
      [0, 0],
      [margin, margin],
      [margin, margin],
      [0, 0],
    ]);

  // x: [batch, height, width, channels] -> what each tap of a square kernel sees, [batch, places, places, channels] each
  function tapsOf(x, { kernel, stride }) {
    const [batch, height, , channels] = x.shape;
    const places = Math.floor((height - kernel) / stride) + 1;
    const reach = stride * places;
    // Room for the last tap's stride; a slice with a step is one of a reshaped array.
    const missing = Math.max(0, kernel - 1 + reach - height);
    const wide = np.pad(x, [
      [0, 0],
      [0, missing],
      [0, missing],
      [0, 0],
    ]);
    const taps = Array.from({ length: kernel ** 2 }, (_, i) => {
      const [row, column] = [Math.floor(i / kernel), i % kernel];
      const seen = wide.ref.slice([], [row, row + reach], [column, column + reach], []);
      if (stride === 1) return seen;
      return seen.reshape([batch, places, stride, places, stride, channels]).slice([], [], 0, [], 0, []);
    });
    wide.dispose();
    return { taps, shape: [batch, places, places] };
  }

  // One product over columns of what the taps see: the library's own lax.conv with its gradient took seven times as long in LeNet's second
  // layer, and twenty times in the first step of one of ResNet's (once, busy machine, no script is kept).
  function conv2d(parameter, x, { name, features, kernel, stride = 1, padding }) {
    const channels = x.shape[3];
    const weight = parameter(`${name}.weight`, [features, channels, kernel, kernel]);
    const { taps, shape } = tapsOf(padded(x, padding), { kernel, stride });
    const columns = np.concatenate(taps, 3).reshape([-1, kernel ** 2 * channels]);
    const matrix = np.transpose(weight, [2, 3, 1, 0]).reshape([kernel ** 2 * channels, features]);
    return np.matmul(columns, matrix).reshape([...shape, features]);
  }

  const maxPool = (x, kernel, stride) => tapsOf(x, { kernel, stride }).taps.reduce((a, b) => np.maximum(a, b));

  function lenet(parameter, { x, labels }, { classes }) {
    const convolved = (y, options) =>
      nn.relu(conv2d(parameter, y, options).add(parameter(`${options.name}.bias`, [options.features])));
    const wide = maxPool(convolved(channelsLast(x), { name: "conv1", features: 6, kernel: 5, padding: 2 }), 2, 2);
    const deep = maxPool(convolved(wide, { name: "conv2", features: 16, kernel: 5, padding: 0 }), 2, 2);
    // Flat in the order of the others: channels first.
    const flat = np.transpose(deep, [0, 3, 1, 2]).reshape([-1, 400]);
    const first = nn.relu(linear(parameter, flat, "fc1", 120));
    const second = nn.relu(linear(parameter, first, "fc2", 84));
    return crossEntropy(linear(parameter, second, "head.classifier", classes), labels);
  }

  function resnet18(parameter, { x, labels }, { classes }) {
    const normalized = (y, name, features, kernel, stride = 1) => {
      const convolved = conv2d(parameter, y, { name, features, kernel, stride, padding: (kernel - 1) / 2 });
      const centred = convolved.ref.sub(np.mean(convolved, [0, 1, 2]));
      const variance = np.mean(np.square(centred.ref), [0, 1, 2]);
      const [scale, bias] = ["weight", "bias"].map((part) => parameter(`${name}_norm.${part}`, [features]));
      return centred
        .div(np.sqrt(variance.add(1e-5)))
        .mul(scale)
        .add(bias);
    };
    // Nothing below 0 comes out of the activation, so that zeros around it never win.
    const stem = nn.relu(normalized(channelsLast(x), "stem", 64, 7, 2));
    let y = maxPool(padded(stem, 1), 3, 2);
    for (let stage = 0; stage < 4; stage++) {
      const features = 64 * 2 ** stage;
      for (let block = 0; block < 2; block++) {
        const [name, stride] = [`stage${stage}.${block}`, stage > 0 && block === 0 ? 2 : 1];
        const first = nn.relu(normalized(y.ref, `${name}.conv1`, features, 3, stride));
        const second = normalized(first, `${name}.conv2`, features, 3);
        const shortcut = stride === 1 ? y : normalized(y, `${name}.shortcut`, features, 1, stride);
        y = nn.relu(second.add(shortcut));
      }
    }
    return crossEntropy(linear(parameter, np.mean(y, [1, 2]), "head.classifier", classes), labels);
  }

  return { bert, gpt2, resnet18, lenet, lstm, mlp };
}
