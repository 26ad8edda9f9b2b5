/** Addresses of data sets in a message. */
import type { DataSource } from './events.ts';
import { unescapeEntities } from './say.ts';

/** @param mrkdwn the message as Slack writes it: addresses stand as `<url>` or `<url|label>`, or bare where the sender's
 *  client did not notice them.
 *  @returns its `https` addresses in order; others are not fetched. */
export function addressesIn(mrkdwn: string): DataSource[] {
  return [...mrkdwn.matchAll(/(<?)(https:\/\/[^\s<>|]+)/g)].map(([, bracket, found = '']) => {
    // A bare address ends before the punctuation of its sentence.
    const url = unescapeEntities(bracket ? found : found.replace(/[.,;:!?)\]}'"]+$/, ''));
    return { kind: 'url', url, name: fileName(url) };
  });
}

/** The last part of the path, as people would call the file. */
function fileName(url: string): string {
  try {
    const path = decodeURIComponent(new URL(url).pathname);
    return path.split(/[/\\]/).at(-1) || 'download';
  } catch {
    return 'download';
  }
}
