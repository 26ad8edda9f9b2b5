/** What lies in the zip that was shared. */
import type { Reply } from '../../thread/reply.ts';
import { code } from '../../thread/say.ts';
import { context, type Message } from '../blocks.ts';

export function projectCard({ name, files }: Extract<Reply, { kind: 'project' }>): Message {
  const names = files.map(({ path }) => path);
  return {
    text: `${name}.zip: ${names.join(', ')}`,
    blocks: [context(`${code(`${name}.zip`)} holds ${names.map(code).join(', ')}`)],
  };
}
