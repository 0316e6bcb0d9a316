import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { compareText } from '../../shared/model/index.ts';
import { auditFolder } from '../support/audit-folder.ts';
import { report } from '../report/builders.ts';
import { caseFolders } from './case-file.ts';
import { saveDemoFleet } from './saved-fleet.ts';
import { isLong, runsOf, sampled } from '../support/long.ts';
import { renderJson } from '../support/rendered.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** What must not change a report: the order of objects, the spelling of ids, where pages were cut. */

const root = temporaryFolder();

const runs = { seed: 20_190_601, numRuns: runsOf(3, 1) };
const cases = sampled(
  [
    ...caseFolders().filter(({ name }) => !name.includes('(shared)')),
    ...(await saveDemoFleet(root)),
  ],
  6,
);

/** The report as JSON, and what was said of the input. */
async function reportOf(directory: string, pageItems?: number): Promise<readonly string[]> {
  const { clusters, problems } = await auditFolder({
    directory,
    clusters: [],
    takenAt: '2026-11-23T06:00:00Z',
    ...(pageItems !== undefined && { pageItems }),
  });
  const lines = problems.map((line) => line.slice(directory.length));
  return [...lines.toSorted(compareText), ...renderJson(report(clusters)).split('\n')];
}

type Choose = (max: number) => number;

/** Lists whose order says nothing; that of node pools does: the first system pool is the primary one. */
const unordered = new Set(
  'value items endpoints conditions addresses frontendIPConfigurations backendAddressPools loadBalancingRules probes outboundRules backendIPConfigurations loadBalancerBackendAddresses ipConfigurations'.split(
    ' ',
  ),
);

/** The same document, its objects in another order. */
function reordered(value: unknown, choose: Choose, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => reordered(item, choose));
    return unordered.has(key) ? shuffled(items, choose) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(
    ([name, field]) => [name, reordered(field, choose, name)] as const,
  );
  return Object.fromEntries(shuffled(fields, choose));
}

function shuffled<T>(items: readonly T[], choose: Choose): readonly T[] {
  return items
    .map((item) => ({ item, key: choose(1000) }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** The same document, each ARM id in other letters. */
function respelt(value: unknown, choose: Choose): unknown {
  if (typeof value === 'string') return isArmId(value) ? recased(value, choose) : value;
  if (Array.isArray(value)) return value.map((item) => respelt(item, choose));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, respelt(field, choose)]),
  );
}

function isArmId(text: string): boolean {
  return /^(?:azure:\/\/)?\/subscriptions\//iu.test(text);
}

function recased(id: string, choose: Choose): string {
  const scheme = id.startsWith('azure://') ? 'azure://' : '';
  const rest = id.slice(scheme.length);
  return (
    scheme +
    rest.replaceAll(/[a-z]/giu, (letter) =>
      choose(1) === 0 ? letter.toLowerCase() : letter.toUpperCase(),
    )
  );
}

let count = 0;
/** A copy of a case folder with every document changed. */
function changed(directory: string, change: (document: unknown) => unknown): string {
  const copy = path.join(root, path.basename(directory), String(count++), path.basename(directory));
  for (const file of globSync('{arm,kubernetes}/*.json', { cwd: directory })) {
    const document: unknown = JSON.parse(readFileSync(path.join(directory, file), 'utf8'));
    mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
    writeFileSync(path.join(copy, file), JSON.stringify(change(document)));
  }
  return copy;
}

/** Numbers from 0 to a most, as many as are asked for. */
const choosing: fc.Arbitrary<Choose> = fc
  .infiniteStream(fc.nat())
  .map((numbers) => (max: number) => numbers.next().value % (max + 1));

describe('the report of a case is the same, byte for byte', () => {
  test.each(cases)('$name: in any order of its objects', async ({ directory }) => {
    const wanted = await reportOf(directory);
    await fc.assert(
      fc.asyncProperty(choosing, async (choose) => {
        const copy = changed(directory, (document) => reordered(document, choose));
        expect(await reportOf(copy)).toEqual(wanted);
      }),
      runs,
    );
  });

  test.each(cases)('$name: in any spelling of its ARM ids', async ({ directory }) => {
    const wanted = await reportOf(directory);
    await fc.assert(
      fc.asyncProperty(choosing, async (choose) => {
        const copy = changed(directory, (document) => respelt(document, choose));
        expect(await reportOf(copy)).toEqual(wanted);
      }),
      runs,
    );
  });

  test.each(cases)('$name: however its lists are cut into pages', async ({ directory }) => {
    const wanted = await reportOf(directory);
    for (const pageItems of isLong ? [1, 2, 3, 7] : [2])
      expect(await reportOf(directory, pageItems)).toEqual(wanted);
  });
});
