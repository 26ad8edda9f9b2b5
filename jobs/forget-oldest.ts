/** What a process keeps while there is room. */

/** Deletes the first entries, those that were used least lately, until the rest fits; the last one stays whatever its size.
 *  @param bytesOf what an entry takes. */
export function forgetOldest<Entry>(
  kept: Map<string, Entry>,
  bytesOf: (entry: Entry) => number,
  maxBytes: number,
): void {
  let bytes = [...kept.values()].reduce((sum, entry) => sum + bytesOf(entry), 0);
  for (const [key, entry] of [...kept].slice(0, -1)) {
    if (bytes <= maxBytes) return;
    kept.delete(key);
    bytes -= bytesOf(entry);
  }
}
