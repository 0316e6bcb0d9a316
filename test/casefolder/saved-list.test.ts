import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { ListStore } from '../../shared/casefolder/list-store.ts';
import { savedKubernetesLists } from '../../shared/casefolder/kubernetes-lists.ts';
import { SavedList } from '../../shared/casefolder/saved-list.ts';
import { Scanner } from '../../shared/casefolder/scanner.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const root = temporaryFolder();
const runs = { seed: 20_190_601, numRuns: 60 };

/** A document of a list, printed in one of several ways. */
const documents = fc
  .record({
    before: fc.dictionary(
      fc.constantFrom('kind', 'metadata', 'a"b', '\\', 'é'),
      fc.jsonValue({ maxDepth: 2 }),
    ),
    items: fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 6 }),
    after: fc.dictionary(fc.constantFrom('nextLink', 'x'), fc.jsonValue({ maxDepth: 2 })),
    indent: fc.constantFrom(undefined, 1, '\t'),
  })
  .map(({ before, items, after, indent }) =>
    JSON.stringify({ ...before, items, ...after }, null, indent),
  );

/** Where a scanner finds items and fields; the bytes given to it in chunks of this size. */
function scan(bytes: Buffer, chunk: number): unknown {
  const scanner = new Scanner();
  for (let at = 0; at < bytes.length; at += chunk) scanner.take(bytes.subarray(at, at + chunk));
  scanner.end();
  const spans = scanner.starts.map((start, index) => [start, scanner.ends[index]]);
  return { spans, roots: scanner.roots.map((each) => ({ ...each, fields: [...each.fields] })) };
}

describe('a saved list', () => {
  test('holds the items and fields that JSON.parse finds', async () => {
    const file = path.join(root, 'list.json');
    await fc.assert(
      fc.asyncProperty(documents, async (text) => {
        writeFileSync(file, text);
        const { store, roots } = await ListStore.open(file);
        const { items, ...fields } = JSON.parse(text) as { readonly items: readonly unknown[] };
        const page = await store.page(items.keys(), Infinity, Infinity);
        expect(page.map(({ text: each }): unknown => JSON.parse(each))).toEqual(items);
        expect(roots).toEqual([
          { list: 'items', from: 0, to: items.length, fields: new Map(Object.entries(fields)) },
        ]);
      }),
      runs,
    );
  });

  test('is found the same however its bytes come in', () => {
    fc.assert(
      fc.property(documents, fc.integer({ min: 1, max: 9 }), (text, chunk) => {
        const bytes = Buffer.from(text);
        expect(scan(bytes, chunk)).toEqual(scan(bytes, bytes.length));
      }),
      runs,
    );
  });

  test.each([
    { name: 'lines', text: '{"a":1}\n{"a":2}\n', items: [{ a: 1 }, { a: 2 }], lists: [undefined] },
    { name: 'a plain list', text: '[{"a":1},2]', items: [{ a: 1 }, 2], lists: [''] },
    {
      name: 'lists one behind another',
      text: '{"items":[1]} {"value":[2,3]}\n[4]',
      items: [1, 2, 3, 4],
      lists: ['items', 'value', ''],
    },
    {
      name: 'lists with logs between',
      text: '{"items":[1]}\n==== START logs for container a ====\n{"items":[9]}\n==== END logs for container a ====\n{"items":[2]}',
      items: [1, 2],
      lists: ['items', 'items'],
    },
  ])('$name: roots of their own', async ({ text, items, lists }) => {
    const file = path.join(root, 'roots.json');
    writeFileSync(file, text);
    for (const chunk of [1, 3, 1000])
      expect(scan(Buffer.from(text), chunk)).toEqual(scan(Buffer.from(text), 7));
    const { store, roots } = await ListStore.open(file);
    const page = await store.page(items.keys(), Infinity, Infinity);
    expect(page.map(({ text: each }): unknown => JSON.parse(each))).toEqual(items);
    expect(roots.map(({ list }) => list)).toEqual(lists);
  });

  test('with a byte changed it is refused, or still what JSON.parse finds', async () => {
    const file = path.join(root, 'changed.json');
    const changed = fc.tuple(
      documents,
      fc.nat(),
      fc.constantFrom(...'{ } [ ] , : " \\ 0 x'.split(' ')),
    );
    await fc.assert(
      fc.asyncProperty(changed, async ([text, where, char]) => {
        const at = where % text.length;
        const broken = text.slice(0, at) + char + text.slice(at + 1);
        writeFileSync(file, broken);
        const found = await readAll(file);
        expect([itemsOf(broken), 'refused']).toContainEqual(found);
      }),
      { ...runs, numRuns: 150 },
    );
  });
});

async function readAll(file: string): Promise<unknown> {
  try {
    const { store, roots } = await ListStore.open(file);
    // A root that is no list is an item itself.
    if (roots.some(({ list }) => list !== 'items')) return [];
    const numbers = Array.from({ length: store.size }, (_, number) => number);
    const page = await store.page(numbers, Infinity, Infinity);
    return page.map(({ text }): unknown => JSON.parse(text));
  } catch {
    return 'refused';
  }
}

/** What JSON.parse makes of it; `refused` never equals what was read. */
function itemsOf(text: string): unknown {
  try {
    const { items = [] } = JSON.parse(text) as { readonly items?: unknown };
    return Array.isArray(items) ? items : [];
  } catch (error) {
    return String(error);
  }
}

describe('a list of several files', () => {
  test('is read in pages over them, whatever their limit, each item under the name of its file', async () => {
    const [kind] = savedKubernetesLists;
    if (kind === undefined) throw new Error('no list');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 60 }),
        async (sizes, limit, bytes) => {
          const list = new SavedList(kind);
          const expected: string[] = [];
          for (const [at, size] of sizes.entries()) {
            const file = path.join(root, `part-${at}.json`);
            const items = Array.from({ length: size }, (_, item) => `"${at}/${item}"`);
            writeFileSync(file, `{"items":[${items.join(',')}]}`);
            const numbers = [...items.keys()];
            list.add({ source: `part-${at}`, store: (await ListStore.open(file)).store, numbers });
            expected.push(...items.map((item) => `part-${at} ${item}`));
          }
          expect(list.size).toBe(expected.length);
          const found: string[] = [];
          const all = expected.map((_, index) => index);
          for (let turn = 0; turn < 40 && found.length < expected.length; turn++) {
            const pages = await list.pages(all.slice(found.length), limit, bytes);
            const page = pages.flatMap(({ source, items }) =>
              items.map(({ text }) => `${source} ${text}`),
            );
            expect(page.length).toBeLessThanOrEqual(limit);
            found.push(...page);
          }
          expect(found).toEqual(expected);
        },
      ),
      runs,
    );
  });
});
