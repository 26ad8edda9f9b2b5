/** What the quality bench says. */
import type { OutOfFoldResult, SetResult } from './rows.ts';

/** @param stored whether the peers' results are those of an earlier run. */
export function printSet(result: SetResult, stored: boolean): void {
  const { name, metric, bestPeer, ratio, win, difference, details } = result;
  print(`\n${name}${stored ? ' (peers from the cache)' : ''}\n`);
  for (const [who, { scores, seconds, failure }] of Object.entries(details)) {
    const values = Object.entries(scores).map(([score, value]) => `${score} ${number(value)}`);
    const mark = who === bestPeer ? '  <- the mark' : '';
    print(`  ${who.padEnd(12)} ${failure ?? values.join('  ')}  ${seconds.toFixed(0)} s${mark}\n`);
  }
  if (ratio === null) return;
  const interval = difference
    ? `, difference ${number(difference.value)} [${number(difference.low)}, ${number(difference.high)}]`
    : '';
  print(`  ${win ? 'win' : 'loss'}: ${metric} ratio ${ratio.toFixed(4)} to ${bestPeer}${interval}\n`);
}

export function printOutOfFold(result: OutOfFoldResult): void {
  const { name, metric, folds, value, standardError, scores, greedyEnsemble } = result;
  const means = Object.entries(scores).map(([score, mean]) => `${score} ${number(mean)}`);
  const errors = greedyEnsemble === null ? 0 : (value - greedyEnsemble) / standardError;
  const side = `${Math.abs(errors).toFixed(1)} standard errors ${errors < 0 ? 'below' : 'above'}`;
  const against = greedyEnsemble === null ? '' : `: ${side} the greedy ensemble's ${number(greedyEnsemble)}`;
  print(`\n${name}, out of ${folds} folds\n`);
  print(`  ${metric} ${number(value)}, standard error ${number(standardError)}${against}\n`);
  print(`  means of folds: ${means.join('  ')}\n`);
}

export function printTotal(wins: number, nSets: number, worst: number): void {
  print(`\nwins ${wins} of ${nSets}, worst ratio ${worst.toFixed(4)}\n`);
}

function number(value: number): string {
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(4);
}

function print(text: string): void {
  process.stdout.write(text);
}
