/** Which engines this machine has. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findPythons, type Python, pythonEnvironment } from '../python.ts';
import type { Engine } from './contender.ts';

export interface Skipped {
  readonly engine: string;
  readonly reason: string;
}

const PEERS = ['xgboost', 'sklearn', 'lightgbm'] as const;
const PEER_SCRIPT = fileURLToPath(new URL('../peers/tabular_peer.py', import.meta.url));

/** Ours, then every version of every peer that some interpreter has; what is nowhere, with each interpreter's reason. */
export async function findEngines(): Promise<{ engines: Engine[]; skipped: Skipped[] }> {
  const pythons = await findPythons(['numpy', 'pandas', ...PEERS]);
  const engines = [ours()];
  const skipped: Skipped[] = [];
  for (const name of PEERS) {
    const found = new Map<string, Engine>();
    const reasons = pythons.map((python) => {
      const missing = ['numpy', 'pandas', name].flatMap((needed) => reasonAgainst(python, needed));
      if (missing.length > 0) return `Python ${python.version}: ${missing.join(', ')}`;
      const engine = peer(name, python);
      if (!found.has(engine.version)) found.set(engine.version, engine);
      return '';
    });
    engines.push(...found.values());
    if (found.size === 0) skipped.push({ engine: name, reason: reasons.join('; ') || 'there is no python3' });
  }
  return { engines, skipped };
}

function ours(): Engine {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return {
    name: 'modelwright',
    version: manifest.version,
    command: process.execPath,
    args: ['--import', 'tsx', fileURLToPath(new URL('modelwright-contender.ts', import.meta.url))],
    environment: () => process.env,
  };
}

function peer(name: (typeof PEERS)[number], python: Python): Engine {
  const found = python.packages[name];
  return {
    name,
    version: found && 'version' in found ? found.version : '',
    command: python.command,
    args: [PEER_SCRIPT, name],
    environment: pythonEnvironment,
  };
}

function reasonAgainst(python: Python, needed: string): string[] {
  const found = python.packages[needed];
  return found && 'reason' in found ? [found.reason] : [];
}
