// The loss of each workload in TensorFlow.js. Images have their channels last, as the library wants them.
import { layersOf } from "./layers.mjs";

/**
 * @param tf The namespace of TensorFlow.js.
 * @param {(name: string, shape: number[]) => object} parameter A trainable variable, by Modelwright's name and in its shape.
 * @returns {Record<string, (batch: Record<string, object>, config: object) => object>} A scalar for each workload.
 */
export function modelsOf(tf, parameter) {
  const layers = layersOf(tf);
  const norms = { bert: layers.layerNorm(1e-12), gpt2: layers.layerNorm(1e-5) };
  const scaleAndBias = (name, width) => [parameter(`${name}.weight`, [width]), parameter(`${name}.bias`, [width])];
  const linear = (x, name, width) =>
    layers.linear(x, parameter(`${name}.weight`, [x.shape[1], width]), parameter(`${name}.bias`, [width]));
  const flat = (x) => tf.reshape(x, [-1]);

  // The first rows of the table; Slice has a gradient of its own, Pad, which is fast.
  const positions = (name, rows, { length, width }) =>
    tf.slice(parameter(name, [rows, width]), [0, 0], [length, width]);

  function bert({ input_ids, attention_mask, labels }, config) {
    const { vocabularySize, width, heads, innerWidth, classes, batchSize: batch, length } = config;
    const norm = (x, name) => norms.bert(x, ...scaleAndBias(name, width));
    const word = layers.embedding(
      flat(input_ids),
      parameter("encoder.embeddings.word.weight", [vocabularySize, width]),
    );
    const position = positions("encoder.embeddings.position.weight", config.positions, config);
    const typeTable = parameter("encoder.embeddings.token_type.weight", [config.tokenTypes, width]);
    const type = tf.slice(typeTable, [0, 0], [1, width]);
    const placed = tf.add(tf.reshape(word, [batch, length, width]), tf.add(position, type));
    let x = norm(tf.reshape(placed, [-1, width]), "encoder.embeddings.norm");
    const mask = tf.cast(attention_mask, "float32");
    const bias = tf.reshape(tf.mul(tf.sub(1, mask), -1e9), [batch, 1, 1, length]);
    for (let layer = 0; layer < config.layers; layer++) {
      const name = `encoder.layer${layer}`;
      const parts = ["query", "key", "value"].map((part) => linear(x, `${name}.attention.${part}`, width));
      const context = layers.attention(...parts, { batch, length, heads, bias });
      x = norm(tf.add(x, linear(context, `${name}.attention.output`, width)), `${name}.attention_norm`);
      const hidden = layers.gelu(linear(x, `${name}.feed_forward.inner`, innerWidth));
      x = norm(tf.add(x, linear(hidden, `${name}.feed_forward.output`, width)), `${name}.feed_forward_norm`);
    }
    const weights = tf.reshape(mask, [batch, length, 1]);
    const total = tf.sum(tf.mul(tf.reshape(x, [batch, length, width]), weights), 1);
    return layers.crossEntropy(linear(tf.div(total, tf.sum(weights, 1)), "head.classifier", classes), labels);
  }

  function gpt2(
    { input_ids, labels },
    { vocabularySize, width, heads, batchSize: batch, positions: length, ...config },
  ) {
    const norm = (x, name) => norms.gpt2(x, ...scaleAndBias(name, width));
    const table = parameter("decoder.word.weight", [vocabularySize, width]);
    const word = tf.reshape(layers.embedding(flat(input_ids), table), [batch, length, width]);
    let x = tf.reshape(tf.add(word, parameter("decoder.position.weight", [length, width])), [-1, width]);
    const later = tf.sub(1, tf.linalg.bandPart(tf.ones([length, length]), -1, 0));
    const bias = tf.mul(later, -1e9);
    for (let layer = 0; layer < config.layers; layer++) {
      const name = `decoder.layer${layer}`;
      const parts = tf.split(linear(norm(x, `${name}.attention_norm`), `${name}.attention.qkv`, 3 * width), 3, 1);
      const context = layers.attention(...parts, { batch, length, heads, bias });
      x = tf.add(x, linear(context, `${name}.attention.output`, width));
      const wide = linear(norm(x, `${name}.feed_forward_norm`), `${name}.feed_forward.inner`, 4 * width);
      x = tf.add(x, linear(layers.geluTanh(wide), `${name}.feed_forward.output`, width));
    }
    return layers.crossEntropy(layers.scores(norm(x, "decoder.norm"), table), flat(labels));
  }

  function lstm({ sequences, values }, { width, layers: count }) {
    let x = tf.transpose(sequences, [1, 0, 2]);
    for (let layer = 0; layer < count; layer++) {
      const name = `lstm.layer${layer}`;
      const inputs = parameter(`${name}.input_weight`, [4 * width, x.shape[2]]);
      const recurrent = parameter(`${name}.recurrent_weight`, [4 * width, width]);
      const biases = ["input", "recurrent"].map((side) => parameter(`${name}.${side}_bias`, [4 * width]));
      x = layers.lstm(x, inputs, recurrent, ...biases);
    }
    const [length, batch] = x.shape;
    const last = tf.reshape(tf.slice(x, [length - 1, 0, 0], [1, batch, width]), [batch, width]);
    return tf.mean(tf.squaredDifference(linear(last, "head", 1), values));
  }

  function mlp({ x, labels }, { widths, classes }) {
    const top = widths.reduce((y, width, i) => tf.relu(linear(y, `hidden${i}`, width)), x);
    return layers.crossEntropy(linear(top, "head.output", classes), labels);
  }

  const channelsLast = (x) => tf.transpose(x, [0, 2, 3, 1]);

  function lenet({ x, labels }, { classes }) {
    const convolved = (y, name, features, padding) => {
      const weight = parameter(`${name}.weight`, [features, y.shape[3], 5, 5]);
      return layers.addBias(layers.conv2d(y, weight, { padding }), parameter(`${name}.bias`, [features]));
    };
    const wide = tf.maxPool(tf.relu(convolved(channelsLast(x), "conv1", 6, 2)), 2, 2, "valid");
    const deep = tf.maxPool(tf.relu(convolved(wide, "conv2", 16, 0)), 2, 2, "valid");
    // Flat in the order of the others: channels first.
    let y = tf.reshape(tf.transpose(deep, [0, 3, 1, 2]), [x.shape[0], 400]);
    y = tf.relu(linear(tf.relu(linear(y, "fc1", 120)), "fc2", 84));
    return layers.crossEntropy(linear(y, "head.classifier", classes), labels);
  }

  function resnet18({ x, labels }, { classes }) {
    const normalized = (y, name, features, kernel, stride = 1) => {
      const weight = parameter(`${name}.weight`, [features, y.shape[3], kernel, kernel]);
      const convolved = layers.conv2d(y, weight, { stride, padding: (kernel - 1) / 2 });
      return layers.batchNorm(convolved, ...scaleAndBias(`${name}_norm`, features));
    };
    let y = tf.maxPool(tf.relu(normalized(channelsLast(x), "stem", 64, 7, 2)), 3, 2, 1);
    for (let stage = 0; stage < 4; stage++) {
      const features = 64 * 2 ** stage;
      for (let block = 0; block < 2; block++) {
        const [name, stride] = [`stage${stage}.${block}`, stage > 0 && block === 0 ? 2 : 1];
        const first = tf.relu(normalized(y, `${name}.conv1`, features, 3, stride));
        const second = normalized(first, `${name}.conv2`, features, 3);
        const shortcut = stride === 1 ? y : normalized(y, `${name}.shortcut`, features, 1, stride);
        y = tf.relu(tf.add(second, shortcut));
      }
    }
    return layers.crossEntropy(linear(tf.mean(y, [1, 2]), "head.classifier", classes), labels);
  }

  return { bert, gpt2, resnet18, lenet, lstm, mlp };
}
