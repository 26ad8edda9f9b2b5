/** What the Slack app asks for, from `manifest.yml`: the local workspace grants exactly that, so a scope or an event
 *  that is missing from the manifest is missed here first. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

const Manifest = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
});

export async function readManifest(): Promise<{ scopes: readonly string[]; events: readonly string[] }> {
  const text = await readFile(new URL('../manifest.yml', import.meta.url), 'utf8');
  const { oauth_config, settings } = Manifest.parse(parse(text));
  return { scopes: oauth_config.scopes.bot, events: settings.event_subscriptions.bot_events };
}
