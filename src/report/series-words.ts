/** What a target is as a series, in a sentence. */
import { nameSteps } from '../ml/forecasting/time-grid.ts';
import type { TargetProfile } from '../profile/profile.ts';
import { formatDate, plural } from './format.ts';

/** "`ridership` is a series of 5,698 days by `date` up to 28 Aug 2016, with a season of 7 days." Empty where it is none. */
export function seriesSentence({ target, series }: TargetProfile): string {
  const [first] = series?.found ?? [];
  if (!first) return '';
  const { step, nSeries, length, time, season, gaps, lastMs } = first;
  const what =
    nSeries > 1
      ? `${plural(nSeries, 'series', 'series')} by \`${first.series}\`, the longest of ${nameSteps(step, length)}`
      : `a series of ${nameSteps(step, length)}`;
  const pattern = season > 1 ? `, with a season of ${nameSteps(step, season)}` : '';
  const open = gaps > 0 ? `; ${plural(gaps, 'value')} in between ${gaps === 1 ? 'is' : 'are'} missing` : '';
  return `\`${target}\` is ${what} along \`${time}\`, up to ${formatDate(lastMs, step)}${pattern}${open}.`;
}
