/** Pretrained networks that were fetched before, by the hash of their content. */
import { createHash } from 'node:crypto';
import { ModelwrightError } from '../errors/errors.ts';
import type { BackboneFiles } from '../ml/neural/backbones/backbone-files.ts';
import type { Artifacts } from '../thread/ports.ts';
import { type BackboneLimits, readBackbone } from './backbone-reader.ts';
import type { BackboneSource } from './backbone-source.ts';

export interface CachedBackbone {
  readonly files: BackboneFiles;
  /** Of the content, in hexadecimal: names it in plans and reports, and can be asked for (see BackboneSource). */
  readonly sha256: string;
}

const FOLDER = 'backbones';

/** The network from the artifacts when it is there and whole, else from where the source says, and then it is kept. A
 *  folder is always read again, since it may have changed, and a link only the first time.
 *  @throws BACKBONE_CHANGED when the content is not the one that the source asks for, and what `readBackbone` throws. */
export async function fetchBackbone(
  source: BackboneSource,
  artifacts: Artifacts,
  scratch: string,
  limits: BackboneLimits = {},
): Promise<CachedBackbone> {
  const pointer = `${FOLDER}/sources/${hashOf([new TextEncoder().encode(source.location)])}`;
  const isLink = /^https?:/i.test(source.location);
  const known = source.sha256 ?? (isLink ? await readText(artifacts, pointer) : null);
  const kept = known === null ? null : await readKept(artifacts, known);
  if (kept) return kept;

  const files = await readBackbone(source, scratch, limits);
  const sha256 = contentHash(files);
  if (source.sha256 !== null && sha256 !== source.sha256) {
    const { name } = source.settings;
    throw new ModelwrightError('BACKBONE_CHANGED', { name, found: sha256, wanted: source.sha256 });
  }
  for (const [file, bytes] of partsOf(files)) await artifacts.put(`${FOLDER}/${sha256}/${file}`, bytes);
  if (isLink) await artifacts.put(pointer, new TextEncoder().encode(sha256));
  return { files, sha256 };
}

/** The network of that content where it is kept and whole; else null. */
export async function readKept(artifacts: Artifacts, sha256: string): Promise<CachedBackbone | null> {
  if (!/^[0-9a-f]{64}$/.test(sha256)) return null;
  const get = async (file: string) => {
    const bytes = await artifacts.get(`${FOLDER}/${sha256}/${file}`);
    return bytes && plain(bytes);
  };
  const [modelJson, weights, model] = await Promise.all([
    get('model.json'),
    get('weights.bin'),
    get('model.onnx'),
  ]);
  const files: BackboneFiles | null = model
    ? { kind: 'onnx', model }
    : modelJson && weights
      ? { kind: 'tensorflow', modelJson: new TextDecoder().decode(modelJson), weights }
      : null;
  return files && contentHash(files) === sha256 ? { files, sha256 } : null;
}

function partsOf(files: BackboneFiles): [name: string, bytes: Uint8Array][] {
  if (files.kind === 'onnx') return [['model.onnx', files.model]];
  return [
    ['model.json', new TextEncoder().encode(files.modelJson)],
    ['weights.bin', files.weights],
  ];
}

function contentHash(files: BackboneFiles): string {
  return hashOf(partsOf(files).map(([, bytes]) => bytes));
}

/** Of one file its SHA-256; of several, of their lengths as well, so that no byte can move from one to the next unseen. */
function hashOf(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    if (parts.length > 1) hash.update(`${part.length}\n`);
    hash.update(part);
  }
  return hash.digest('hex');
}

/** Node's own kind of array becomes another one on its way to a thread. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

async function readText(artifacts: Artifacts, name: string): Promise<string | null> {
  const bytes = await artifacts.get(name);
  return bytes && new TextDecoder().decode(bytes);
}
