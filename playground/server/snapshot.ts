import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Workspace, WorkspaceData } from './workspace.ts';

const VERSION = 1;
const SAVE_DELAY_MS = 100;

/** Reads a saved workspace; undefined when there is none. @throws Error when the file was written by another version. */
export function loadSnapshot(path: string): WorkspaceData | undefined {
  if (!existsSync(path)) return undefined;
  const { version, ...data } = JSON.parse(readFileSync(path, 'utf8'));
  if (version !== VERSION)
    throw new Error(`${path} holds workspace version ${version}; this program reads ${VERSION}.`);
  return data;
}

/** Writes the workspace to a file shortly after every change; the file is always a whole one. */
export class SnapshotWriter {
  private readonly workspace: Workspace;
  private readonly path: string;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(workspace: Workspace, path: string) {
    this.workspace = workspace;
    this.path = path;
    workspace.onChange(() => {
      this.timer ??= setTimeout(() => void this.save(), SAVE_DELAY_MS);
    });
  }

  /** Writes now, after the writing that may be under way. */
  save(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    const text = JSON.stringify({ version: VERSION, ...this.workspace.data() });
    const draft = `${this.path}.${process.pid}.tmp`;
    await mkdir(dirname(this.path), { recursive: true });
    await writeFile(draft, text);
    await rename(draft, this.path);
  }
}
