import { joinWords } from '../report/format.ts';
import { code } from './say.ts';

/** That these columns were noted as sensitive, or that none is. */
export function aboutSensitive(columns: readonly string[]): string {
  if (columns.length === 0) return 'Noted: no column is sensitive.';
  return `Noted: ${joinWords(columns.map(code))} ${columns.length === 1 ? 'is' : 'are'} sensitive. How their groups are treated is in the chapter on fairness of a run: ask "is it fair?".`;
}
