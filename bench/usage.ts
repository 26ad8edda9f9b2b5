/** Wrong options of a bench. They end it with one sentence and exit status 2. */

class UsageError extends Error {}

/** @param sentence what is wrong with which option. */
export function usage(sentence: string): Error {
  return new UsageError(sentence);
}

/** Whether a bench, or `parseArgs` for it, refused its options. */
export function isUsage(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  const { code } = error as NodeJS.ErrnoException;
  return error instanceof TypeError && String(code).startsWith('ERR_PARSE_ARGS');
}
