import { describe, expect, test } from '@jest/globals';
import { memoryStore } from '../../../shared/history/storage/memory-store.ts';
import { readOnce } from '../../../shared/service/engine/read-once.ts';
import { runStorage } from './driver.ts';

const storage = runStorage(memoryStore());

/** Asks for keys one after another. @returns What each got, and the keys that were read. */
async function asked(
  most: number,
  keys: readonly string[],
  of: (key: string) => string | undefined,
) {
  const once = readOnce<string | undefined>(most);
  const reads: string[] = [];
  const got: (string | undefined)[] = [];
  for (const key of keys)
    got.push(
      await once(storage, key, () => {
        reads.push(key);
        return Promise.resolve(of(key));
      }),
    );
  return { got, reads };
}

describe('what of a run never changes', () => {
  test.each([
    { name: 'each run has its own', keys: ['a', 'b', 'a', 'b'], reads: ['a', 'b'] },
    {
      name: 'of more than are kept the first is read again',
      keys: ['a', 'b', 'c', 'b', 'c', 'a'],
      reads: ['a', 'b', 'c', 'a'],
    },
  ])('$name', async ({ keys, reads }) => {
    expect(await asked(2, keys, (key) => `of ${key}`)).toEqual({
      got: keys.map((key) => `of ${key}`),
      reads,
    });
  });

  test('what was not there is read again', async () => {
    const { reads } = await asked(2, ['a', 'a'], () => undefined);
    expect(reads).toEqual(['a', 'a']);
  });

  test('each storage has its own', async () => {
    const once = readOnce<string>(2);
    expect(await once(storage, 'a', () => Promise.resolve('one'))).toBe('one');
    const other = runStorage(memoryStore());
    expect(await once(other, 'a', () => Promise.resolve('two'))).toBe('two');
    expect(await once(storage, 'a', () => Promise.resolve('three'))).toBe('one');
  });
});
