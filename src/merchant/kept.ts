/** Maps that stay small. A Map remembers the order of insertion, so its first key is its oldest. */

/** Keeps a value as the newest; the oldest makes room. */
export function keep<T>(map: Map<string, T>, key: string, value: T, maxEntries: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= maxEntries) return;
  const [oldest = ''] = map.keys();
  map.delete(oldest);
}

/** Something that says of itself whether it was used since it was last looked at for room. */
export interface Used {
  isUsed?: boolean;
}

/** Keeps a value; the oldest makes room that was not used meanwhile. To use one costs no more than a mark. */
export function keepUsed<T extends Used>(
  map: Map<string, T>,
  key: string,
  value: T,
  maxEntries: number,
): void {
  map.set(key, value);
  for (const [oldKey, old] of map) {
    if (map.size <= maxEntries) return;
    map.delete(oldKey);
    // It stands behind all others, once.
    if (old.isUsed) map.set(oldKey, old);
    old.isUsed = false;
  }
}
