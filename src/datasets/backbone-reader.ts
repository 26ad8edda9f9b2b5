/** The files of a pretrained network, from a folder or from behind a link, within bounds. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ModelwrightError } from '../errors/errors.ts';
import { type BackboneFiles, readManifest, unreadable } from '../ml/neural/backbones/backbone-files.ts';
import type { BackboneSource } from './backbone-source.ts';
import { downloadDataset } from './download-dataset.ts';
import { megabytes } from './stage.ts';

export interface BackboneLimits {
  /** All files together. Default 512 MB. */
  readonly maxBytes?: number;
  /** Wall clock of each file behind a link. Default 120 000. */
  readonly timeoutMs?: number;
  /** As in `downloadDataset`. */
  readonly trustedHosts?: readonly string[];
}

/** model.json holds no weights. */
const MAX_MODEL_JSON_BYTES = 32 * 1_048_576;

/** One file, by a name beside the one that was asked for, or null for that one; at most so many bytes. */
type Read = (sibling: string | null, maxBytes: number) => Promise<Uint8Array>;

/** @param scratch a folder for what is being downloaded; nothing stays there.
 *  @throws URL_*, BACKBONE_UNREADABLE, BACKBONE_TOO_LARGE */
export async function readBackbone(
  { location, settings: { name } }: BackboneSource,
  scratch: string,
  limits: BackboneLimits = {},
): Promise<BackboneFiles> {
  const { maxBytes = 512 * 1_048_576 } = limits;
  const isUrl = /^[a-z][a-z0-9+.-]+:\/\//i.test(location);
  const path = isUrl ? location : await fileAt(location, name);
  const read = isUrl ? overHttps(location, scratch, limits, name) : fromDisk(path, name);
  if (/[.]onnx([?].*)?$/i.test(path))
    return { kind: 'onnx', model: new Uint8Array(await read(null, maxBytes)) };

  const modelBytes = await read(null, Math.min(maxBytes, MAX_MODEL_JSON_BYTES));
  const modelJson = new TextDecoder().decode(modelBytes);
  const { shards, nWeightBytes } = readManifest(modelJson, name);
  // Before anything is fetched or any memory taken on the word of a file from outside.
  if (modelBytes.length + nWeightBytes > maxBytes) throw tooLarge(name, maxBytes);
  const weights = new Uint8Array(nWeightBytes);
  let filled = 0;
  for (const shard of shards) {
    const bytes = await read(shard, nWeightBytes - filled);
    weights.set(bytes, filled);
    filled += bytes.length;
  }
  if (filled !== nWeightBytes) {
    throw unreadable(name, `its weight files hold ${filled} bytes, and model.json promises ${nWeightBytes}`);
  }
  return { kind: 'tensorflow', modelJson, weights };
}

function overHttps(location: string, scratch: string, limits: BackboneLimits, name: string): Read {
  return async (sibling, maxBytes) => {
    const folder = join(scratch, `backbone-${randomUUID()}`);
    await mkdir(folder, { recursive: true });
    try {
      const url = sibling === null ? location : besides(location, sibling);
      return await readFile(await downloadDataset(url, folder, { ...limits, maxBytes }));
    } catch (error) {
      if (error instanceof ModelwrightError && error.code === 'DATA_TOO_LARGE')
        throw tooLarge(name, maxBytes);
      throw error;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** A shard lies beside model.json, and where that was asked for with a query, so is the shard. */
function besides(location: string, sibling: string): string {
  const { search } = new URL(location);
  return new URL(`${sibling}${search}`, location).href;
}

function fromDisk(path: string, name: string): Read {
  return async (sibling, maxBytes) => {
    const file = sibling === null ? path : join(dirname(path), sibling);
    const found = await stat(file).catch(() => null);
    if (!found?.isFile()) throw unreadable(name, `there is no file ${sibling ?? name}`);
    if (found.size > maxBytes) throw tooLarge(name, maxBytes);
    return readFile(file);
  };
}

/** The file itself, or what a folder holds: model.json, or its only .onnx file. */
async function fileAt(location: string, name: string): Promise<string> {
  const found = await stat(location).catch(() => null);
  if (!found) throw unreadable(name, 'there is no such file or folder');
  if (!found.isDirectory()) return location;
  const names = await readdir(location);
  const onnx = names.filter((entry) => entry.toLowerCase().endsWith('.onnx'));
  const file = names.includes('model.json') ? 'model.json' : onnx.length === 1 ? onnx[0] : undefined;
  if (file === undefined)
    throw unreadable(name, 'the folder holds neither model.json nor exactly one .onnx file');
  return join(location, file);
}

function tooLarge(name: string, maxBytes: number): ModelwrightError {
  return new ModelwrightError('BACKBONE_TOO_LARGE', { name, limit: megabytes(maxBytes) });
}
