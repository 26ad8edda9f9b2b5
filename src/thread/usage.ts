/** What the language model has cost, in words. */
import { formatNumber, plural } from '../report/format.ts';
import type { UsageBook, UsageTotal } from './ports.ts';

/** Of the calendar month that `now` (ISO 8601, UTC) is in. @returns mrkdwn. */
export async function usageSentences(
  book: UsageBook,
  now: string,
  team: string,
  user: string,
): Promise<string> {
  const since = `${now.slice(0, 7)}-01T00:00:00.000Z`;
  const [workspace, own] = await Promise.all([book.total(team, since), book.total(team, since, { user })]);
  if (workspace.requests === 0) return 'The language model has not been used in this workspace this month.';
  return [
    `*This month, since ${since.slice(0, 10)} (UTC)*`,
    `• You: ${describe(own)}`,
    `• The workspace: ${describe(workspace)}`,
  ].join('\n');
}

function describe({
  requests,
  inputTokens,
  outputTokens,
  cacheReadTokens,
  cacheWriteTokens,
  microdollars,
}: UsageTotal): string {
  const read = inputTokens + cacheReadTokens + cacheWriteTokens;
  const cached = read > 0 ? `, ${Math.round((100 * cacheReadTokens) / read)}% of them from the cache` : '';
  return `$${(microdollars / 1e6).toFixed(2)} for ${plural(requests, 'request')}, ${formatNumber(read)} tokens read${cached}, ${formatNumber(outputTokens)} written`;
}
