import type { ExpectedProbe } from '../load-balancing/index.ts';
import { sameName, type Probe } from '../model/index.ts';

/** One of the six fields that the cloud provider itself compares, or whether there is a probe at all. */
export interface Difference {
  readonly field: 'presence' | 'name' | 'protocol' | 'port' | 'path' | 'interval' | 'threshold';
  readonly asked: string;
  readonly azure: string;
}

/** How a probe in Azure differs from the one that is asked for; `unknown` where Azure's does not say and nothing else differs. */
export function compareProbe(
  asked: ExpectedProbe | undefined,
  azure: Probe | undefined,
): { readonly differences: readonly Difference[] } | { readonly unknown: string } {
  if (asked === undefined && azure === undefined) return { differences: [] };
  if (asked === undefined || azure === undefined)
    return {
      differences: [
        { field: 'presence', asked: asked?.name ?? 'none', azure: azure?.name ?? 'none' },
      ],
    };
  const differences = fields.flatMap(([field, ofAsked, ofAzure]): readonly Difference[] => {
    const wanted = ofAsked(asked);
    const actual = ofAzure(azure);
    if (actual === undefined || sameField(field, wanted, actual)) return [];
    return [{ field, asked: wanted, azure: actual }];
  });
  if (onlyCalledOtherwise(differences)) return { differences: [] };
  const silent = fields.filter(([, , ofAzure]) => ofAzure(azure) === undefined);
  const [first] = silent;
  return differences.length === 0 && first !== undefined
    ? { unknown: `Azure does not return the ${first[0]} of probe ${azure.name}` }
    : { differences };
}

const keyLength = 32;

/** Another probe of the same Service that asks the same: what it is called changes nothing for traffic. */
function onlyCalledOtherwise(differences: readonly Difference[]): boolean {
  const [first, second] = differences;
  if (first?.field !== 'name' || second !== undefined) return false;
  return sameName(first.asked.slice(0, keyLength), first.azure.slice(0, keyLength));
}

type ProbeField = readonly [
  field: Difference['field'],
  ofAsked: (probe: ExpectedProbe) => string,
  ofAzure: (probe: Probe) => string | undefined,
];

const fields: readonly ProbeField[] = [
  ['name', ({ name }) => name, ({ name }) => name],
  ['protocol', ({ protocol }) => protocol, ({ protocol }) => protocol],
  ['port', ({ port }) => String(port), ({ port }) => String(port)],
  // Only http and https have one, whatever stands there.
  ['path', ({ path }) => shown(path), ({ protocol, path }) => pathOf(protocol, path)],
  [
    'interval',
    ({ intervalSeconds }) => `${intervalSeconds} s`,
    ({ intervalSeconds }) => (intervalSeconds === undefined ? undefined : `${intervalSeconds} s`),
  ],
  [
    'threshold',
    ({ threshold }) => String(threshold),
    ({ threshold }) => (threshold === undefined ? undefined : String(threshold)),
  ],
];

/** `undefined` = Azure does not say. */
function pathOf(protocol: string, path: string | undefined): string | undefined {
  if (protocol === 'tcp') return 'none';
  return path === undefined ? undefined : shown(path);
}

function shown(path: string | null): string {
  if (path === null) return 'none';
  return path === '' ? 'empty' : path;
}

function sameField(field: Difference['field'], a: string, b: string): boolean {
  return field === 'name' || field === 'protocol' ? sameName(a, b) : a === b;
}
