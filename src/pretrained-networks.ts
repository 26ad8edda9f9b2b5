/** Where the pretrained networks for images come from: the one that is configured is fetched, any other must be kept. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FindNetwork } from '../jobs/look-at-pictures.ts';
import { openFolderArtifacts } from './artifacts/folder.ts';
import type { Config } from './config.ts';
import { type CachedBackbone, fetchBackbone, readKept } from './datasets/backbone-cache.ts';
import { backboneId, parseBackboneSource } from './datasets/backbone-source.ts';
import type { BackboneSettings } from './ml/neural/backbones/backbone.ts';
import type { PretrainedNetwork } from './ml/neural/backbones/pretrained-network.ts';
import { missingNetwork } from './ml/search/predictor.ts';

/** Networks are looked for, and kept, among the artifacts of `home`. Each is read once by a process. */
export function openNetworks({ home, backbone }: Pick<Config, 'home' | 'backbone'>): FindNetwork {
  const found = new Map<string, Promise<PretrainedNetwork>>();
  const once = (key: string, find: () => Promise<PretrainedNetwork>) => {
    const known = found.get(key) ?? find();
    found.set(key, known);
    known.catch(() => found.delete(key)); // what failed may work later
    return known;
  };
  const artifacts = () => openFolderArtifacts(join(home, 'artifacts'));

  const configured = (text: string) =>
    once('', async () => {
      const source = parseBackboneSource(text);
      const scratch = await mkdtemp(join(tmpdir(), 'modelwright-backbone-'));
      try {
        return networkOf(source.settings, await fetchBackbone(source, await artifacts(), scratch));
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    });

  return async (id) => {
    if (id === null) return backbone === null ? null : configured(backbone);
    return once(id, async () => {
      const { settings, sha256 } = parseBackboneSource(id);
      const kept = sha256 === null ? null : await readKept(await artifacts(), sha256);
      if (kept) return networkOf(settings, kept);
      // Its settings may be written in another way, but the content decides.
      const named = backbone === null ? null : await configured(backbone);
      if (named && sha256 !== null && named.id.endsWith(sha256)) return { ...named, id, settings };
      return missingNetwork(id);
    });
  };
}

function networkOf(settings: BackboneSettings, { files, sha256 }: CachedBackbone): PretrainedNetwork {
  return {
    id: backboneId(settings, sha256),
    settings,
    files:
      files.kind === 'onnx'
        ? { ...files, model: onSharedMemory(files.model) }
        : { ...files, weights: onSharedMemory(files.weights) },
  };
}

/** So that threads read the same bytes. */
function onSharedMemory(bytes: Uint8Array): Uint8Array {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}
