import { expect, test } from '@jest/globals';
import {
  deletionOf,
  nodePoolChange,
  type NodePoolText,
  type Plan,
  type PortAfter,
} from '../../shared/plan/index.ts';
import { ownCase } from '../engine/case-file.ts';
import { planOf, readCase, savedObjects } from './read-case.ts';

/**
 * What the API server, the scheduler, the controllers and the cloud provider do with a change, by
 * their code and documentation, on whole cases: expectations come from there and not from the plan.
 */

type Changes = Parameters<typeof planOf>[1];

/** What changes, the case, the changes, and what the plan says, in lines. */
export type ChangeRow = readonly [string, string, Changes, readonly string[]];

export function testChanges(rows: readonly [ChangeRow, ...ChangeRow[]]): void {
  test.each([...rows])('%s (%s)', async (_title, name, changes, expected) => {
    expect(linesOf(await planOf(await readCase(ownCase(name)), changes))).toEqual(expected);
  });
}

/** A manifest of a Service, of type LoadBalancer unless the spec says otherwise. */
export function serviceText(
  namespace: string,
  name: string,
  spec: object,
  annotations: object = {},
): string {
  const metadata = { namespace, name, annotations };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { type: 'LoadBalancer', ...spec },
  });
}

/** A manifest of `shop/web`, which most cases have, with its one port. */
export function web(spec: object, annotations?: object): string {
  return serviceText('shop', 'web', { ports: [{ name: 'http', port: 80 }], ...spec }, annotations);
}

export function pool(text: Partial<NodePoolText> & { readonly name: string }) {
  return [valid(nodePoolChange({ taints: [], labels: [], ...text }))];
}

export function deletion(text: string) {
  return [valid(deletionOf(text))];
}

function valid<T>(value: T | string): T {
  if (typeof value === 'string') throw new Error(value);
  return value;
}

interface Deployment {
  metadata: { name: string };
  spec: {
    replicas: number;
    selector: { matchLabels: Record<string, string> };
    template: {
      metadata: { labels: Record<string, string>; annotations?: object };
      spec: { containers: Record<string, unknown>[]; affinity?: object };
    };
  };
}

/** Deployment `web` of a case as a manifest, changed. */
export function deployment(name: string, change: (object: Deployment) => void): string {
  const objects = savedObjects(ownCase(name), 'deployments') as unknown as Deployment[];
  const found = structuredClone(objects).find(({ metadata }) => metadata.name === 'web');
  if (found === undefined) throw new Error(`${name} has no Deployment web`);
  change(found);
  return JSON.stringify(found);
}

export function container({ spec }: Deployment): Record<string, unknown> {
  const [first] = spec.template.spec.containers;
  if (first === undefined) throw new Error('no container');
  return first;
}

function whole(share: number): number {
  return Math.round(share * 100);
}

function afterText(after: PortAfter | undefined): string {
  if (after === undefined) return 'gone';
  if (after.certainty === 'unknown') return 'unknown';
  if (after.certainty === 'range')
    return `${after.best.verdict} to ${after.worst.verdict}, ${whole(after.share.min)} to ${whole(after.share.max)}`;
  const shares = after.endpoints.map(({ share }) => whole(share)).toSorted((a, b) => b - a);
  return `${after.verdict} ${shares.join('/')}`;
}

/** Problems, Services whose traffic changes, and pods that do not come. */
function linesOf({ problems, services, placements }: Plan): readonly string[] {
  return [
    ...problems.map(({ text }) => text),
    ...services.flatMap(({ namespace, name, ports }) =>
      ports.map(({ port, after }) => `${namespace}/${name}:${port} ${afterText(after)}`),
    ),
    ...placements.flatMap(({ notes }) => notes.filter((note) => /rollout|Pending/u.test(note))),
  ];
}
