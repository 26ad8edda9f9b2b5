/** Files as one zip. */
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { ProjectFile } from '../report/project.ts';

/** The same files always give the same bytes. @param folder that they lie in. */
export async function zipOf(folder: string, files: readonly ProjectFile[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { path, text } of files) {
    zip.addBuffer(Buffer.from(text), `${folder}/${path}`, { mtime: new Date(Date.UTC(2000, 0, 1)) });
  }
  zip.end();
  return buffer(zip.outputStream);
}
