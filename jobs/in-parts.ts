/** Computes many things in parts, side by side in the training threads.
 *
 *  @param nThings in all. @param size of a part; the last one may be smaller.
 *  @param compute of those from `start` up to `end`; null when it was stopped.
 *  @returns the parts in order. @throws the signal's reason when a part was stopped. */
export async function inParts<Part>(
  nThings: number,
  size: number,
  signal: AbortSignal,
  compute: (start: number, end: number) => Promise<Part | null>,
): Promise<Part[]> {
  const starts = Array.from({ length: Math.ceil(nThings / size) }, (_, i) => i * size);
  return Promise.all(
    starts.map(async (start) => {
      const part = await compute(start, Math.min(nThings, start + size));
      if (part === null) throw signal.reason;
      return part;
    }),
  );
}
