import { createHash } from 'node:crypto';
import type { SavedList } from './saved-list.ts';

/** Takes out of a list from several files what is in two of them, letter for letter the same object. */
export async function dropTwins(list: SavedList): Promise<void> {
  if (new Set(list.parts.map(({ source }) => source)).size < 2) return;
  const seen = new Set<string>();
  for (const [index, part] of list.parts.entries()) {
    const kept: number[] = [];
    const own: string[] = [];
    await part.store.visit(part.numbers, ({ number }, value) => {
      const hash = createHash('sha256').update(JSON.stringify(value)).digest('base64');
      if (seen.has(hash)) return;
      own.push(hash);
      kept.push(number);
    });
    for (const hash of own) seen.add(hash);
    list.keep(index, Uint32Array.from(kept));
  }
}
