/** `npm run claude`: a model without a key, a recorder of the real one, or a recording played again. */
import { parseArgs } from 'node:util';
import { diligentModel } from './diligent-model.ts';
import { replayed, startRecorder } from './recording.ts';
import { startFakeClaude } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4010' },
    record: { type: 'string' },
    replay: { type: 'string' },
    target: { type: 'string', default: 'https://api.anthropic.com' },
  },
});
const port = Number(values.port);
const server = values.record
  ? await startRecorder(values.record, values.target, port)
  : await startFakeClaude(values.replay ? await replayed(values.replay) : diligentModel, port);
const what = values.record
  ? `handing on to ${values.target} and writing to ${values.record}`
  : values.replay
    ? `playing ${values.replay}`
    : 'playing a model by rules';
process.stdout.write(
  `${what}. In another terminal:\n  ANTHROPIC_BASE_URL=${server.url} ANTHROPIC_API_KEY=${values.record ? '...' : 'none'} npm start\n`,
);
process.on('SIGINT', () => void server.close().then(() => process.exit(0)));
