import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { auditFolder } from '../support/audit-folder.ts';
import { ownCase } from '../engine/case-file.ts';
import { temporaryFolders, type Json } from './folder.ts';
import { runsOf } from '../support/long.ts';

jest.setTimeout(600_000);

const folders = temporaryFolders();
afterAll(() => folders.remove());

type JsonPath = readonly (string | number)[];

/** Every field of a body, by its path. */
function* pathsOf(value: Json, at: JsonPath = []): Generator<JsonPath> {
  if (at.length > 0) yield at;
  if (typeof value !== 'object' || value === null) return;
  // Elements of a list are alike: the first two stand for the others.
  const entries = Array.isArray(value) ? [...value.entries()].slice(0, 2) : Object.entries(value);
  for (const [key, field] of entries) yield* pathsOf(field, [...at, key]);
}

/** Values of every other kind than this one; `gone` takes the field away. */
function otherKinds(value: Json): readonly Json[] {
  const kinds = {
    text: '@{a=b}',
    number: 7,
    flag: true,
    nothing: null,
    list: ['x'],
    object: { x: 1 },
  };
  const { [kindOf(value)]: _, ...others } = kinds;
  return Object.values(others);
}

function kindOf(value: Json): 'text' | 'number' | 'flag' | 'nothing' | 'list' | 'object' {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'list';
  const kinds = { string: 'text', number: 'number', boolean: 'flag', object: 'object' } as const;
  return kinds[typeof value as keyof typeof kinds];
}

function changed(body: Json, at: JsonPath, value: Json): Json {
  const copy = structuredClone(body);
  let holder = copy;
  for (const key of at.slice(0, -1)) holder = holder[key];
  const last = at.at(-1) ?? '';
  if (value === gone) delete holder[last];
  else holder[last] = value;
  return copy;
}

const gone = Symbol('gone');

/** What an audit says, what is said of its files, and what was not read. */
async function said(directory: string) {
  const { clusters, problems } = await auditFolder({
    directory,
    clusters: [],
    takenAt: '2026-11-23T06:00:00Z',
  });
  const [cluster] = clusters;
  const { coverage = [], services, findings } = cluster ?? {};
  const unread = coverage.filter(({ state }) => state === 'unread');
  return {
    report: JSON.stringify({ services, findings }),
    said: JSON.stringify([problems, unread.map(({ slice, why }) => [slice, why])]),
  };
}

/** Each list from a case in which it is not empty. */
const lists = [
  ['arm/loadBalancers', 'standard-healthy'],
  ['arm/publicIPAddresses', 'standard-healthy'],
  ['arm/managedClusters', 'standard-healthy'],
  ['arm/networkInterfaces', 'seed-1-basic-local'],
  ['arm/networkSecurityGroups', 'security-groups'],
  ['kubernetes/nodes', 'standard-taints'],
  ['kubernetes/services', 'standard-uneven-local'],
  ['kubernetes/endpointslices', 'standard-uneven-local'],
  ['kubernetes/pods', 'standard-taints'],
  ['kubernetes/daemonsets', 'standard-taints'],
  ['kubernetes/events', 'service-settings'],
  ['kubernetes/ingresses', 'ingress-migration'],
  ['kubernetes/gateways', 'ingress-migration'],
  ['kubernetes/httproutes', 'ingress-migration'],
] as const;

/** What the API itself writes as null, for an empty list. */
const ownNulls = /^items\.\d+\.(?:endpoints|ports) = null$/u;

/** Mutants of a list that are audited; they are spread over all of its fields. */
const mostFields = runsOf(50, 4);

describe('fields of another kind', () => {
  test.each(lists)('%s: none changes the report in silence', async (list, name) => {
    const file = `${list}.json`;
    const body: Json = JSON.parse(readFileSync(path.join(ownCase(name), file), 'utf8'));
    const before = await said(ownCase(name));
    let turn = 0;
    const silent: string[] = [];
    let count = 0;
    const paths = [...pathsOf(body)];
    const stride = Math.ceil(paths.length / mostFields);
    for (const at of paths.filter((_, index) => index % stride === 0)) {
      const value = at.reduce((holder: Json, key) => holder[key], body);
      // Two other kinds for each field, another pair for the next: all pairs come by.
      const others = otherKinds(value);
      const pair = [others[turn % others.length], others[(turn + 2) % others.length]];
      turn++;
      const mutants = [...pair, ...(at.at(-1) === 'properties' ? [gone] : [])];
      for (const mutant of mutants) {
        count++;
        const directory = folders.changed(
          { [file]: JSON.stringify(changed(body, at, mutant)) },
          name,
        );
        const after = await said(directory);
        const isSilent = after.said === before.said;
        const what = `${at.join('.')} = ${JSON.stringify(mutant)}`;
        if (isSilent && after.report !== before.report && !ownNulls.test(what)) silent.push(what);
      }
    }
    expect(silent).toEqual([]);
    expect(count).toBeGreaterThanOrEqual(Math.min(mostFields, 10));
  });
});
