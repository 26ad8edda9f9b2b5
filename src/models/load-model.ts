/** The files of a model back to a predictor. */
import { createHash } from 'node:crypto';
import { ModelwrightError } from '../errors/errors.ts';
import type { PretrainedNetwork } from '../ml/neural/backbones/pretrained-network.ts';
import type { SentenceModel } from '../ml/neural/sentences/model.ts';
import { missingNetwork, type Predictor, restorePredictor } from '../ml/search/predictor.ts';
import { loadEncoder } from '../ml/search/read-sentences.ts';
import { ModelManifest, type ModelStore } from './model.ts';
import { MODEL_FILES } from './model-files.ts';
import { unpackPredictor } from './pack-predictor.ts';
import { decodeWeights } from './weights.ts';

/** Checks every file against the manifest before anything is read from it.
 *  @param findSentenceModel asked only by a model that reads texts with one.
 *  @param findNetwork asked only by a model that shows pictures to a pretrained network, for the one of that id.
 *  @throws MODEL_NOT_FOUND, MODEL_DAMAGED, MODEL_FORMAT_UNKNOWN, SENTENCE_MODEL_MISSING, BACKBONE_MISSING */
export async function loadModel(
  store: Pick<ModelStore, 'get'>,
  findSentenceModel: () => Promise<SentenceModel | null> = async () => null,
  findNetwork: (id: string) => Promise<PretrainedNetwork | null> = async () => null,
): Promise<{ manifest: ModelManifest; predictor: Predictor }> {
  const stored = await store.get(MODEL_FILES.manifest);
  if (!stored) throw new ModelwrightError('MODEL_NOT_FOUND', { file: MODEL_FILES.manifest });
  const manifest = parseManifest(stored);
  const files = new Map<string, Uint8Array>();
  for (const { name, bytes, sha256 } of manifest.files) {
    const content = await store.get(name);
    if (!content) throw damaged(name, 'the file is missing');
    if (content.byteLength !== bytes) throw damaged(name, `${content.byteLength} bytes instead of ${bytes}`);
    if (createHash('sha256').update(content).digest('hex') !== sha256)
      throw damaged(name, 'its SHA-256 is another');
    files.set(name, content);
  }
  const weights = files.get(MODEL_FILES.weights);
  if (!weights) throw damaged(MODEL_FILES.manifest, 'it names no weights');
  const predictor = await restorePredictor(
    unpackPredictor(decodeWeights(weights)),
    async (id) => loadEncoder(await findSentenceModel(), id),
    async (id) => (await findNetwork(id)) ?? missingNetwork(id),
  );
  return { manifest, predictor };
}

function parseManifest(bytes: Uint8Array): ModelManifest {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw damaged(MODEL_FILES.manifest, 'it is not JSON', error);
  }
  const parsed = ModelManifest.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const detail = `${issue?.path.join('.')}: ${issue?.message}`;
  throw new ModelwrightError('MODEL_FORMAT_UNKNOWN', { part: MODEL_FILES.manifest, detail });
}

function damaged(file: string, detail: string, cause?: unknown): ModelwrightError {
  return new ModelwrightError('MODEL_DAMAGED', { file, detail }, { cause });
}
