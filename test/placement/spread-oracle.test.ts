import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseNode, parseWorkload } from '../../shared/collect/parse-objects.ts';
import { Cursor, Problems } from '../../shared/input/index.ts';
import type { Node } from '../../shared/model/index.ts';
import { spreadByHost } from '../../shared/placement/index.ts';

/** Where the scheduler 1.36.2 put the three pods of a Deployment of namespace `shop`. */
interface Variant {
  readonly id: string;
  readonly deployment: object;
  readonly placed?: readonly (string | null)[];
}

interface SavedNode {
  readonly name: string;
  readonly labels: object;
  readonly taints: readonly object[];
}

const file = path.join(import.meta.dirname, '../oracles/spread.json');
const oracle = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly nodes: readonly SavedNode[];
  readonly variants: readonly Variant[];
};

function cursor(value: object): Cursor {
  return new Cursor(value, 'item', { source: 'oracle', problems: new Problems() });
}

const nodes = oracle.nodes.flatMap(({ name, labels, taints }): readonly Node[] => {
  const conditions = [{ type: 'Ready', status: 'True' }];
  const node = parseNode(
    cursor({ metadata: { name, labels }, spec: { taints }, status: { conditions } }),
  );
  return node === undefined ? [] : [node];
});
const namespaceLabels = new Map([
  ['team', 'shop'],
  ['kubernetes.io/metadata.name', 'shop'],
]);

describe('is the spread enforced, as the real scheduler does it', () => {
  // Of one whose pods were all refused a place nothing can be said.
  const judged = oracle.variants.filter(({ placed = [] }) => placed.some((on) => on !== null));

  test.each(judged)('$id: $placed', ({ deployment, placed = [] }) => {
    const workload = parseWorkload('Deployment')(cursor(deployment));
    if (workload === undefined) throw new Error('no Deployment');
    const { podLabels, namespace, podSpec, replicas = 1 } = workload;
    const spread = spreadByHost(podLabels, namespace, podSpec, {
      nodes,
      namespaceLabels,
      replicas,
    });
    const on = placed.filter((each) => each !== null);
    const shared = new Set(on).size < on.length;
    expect(spread === 'hoped-for').toBe(shared);
  });

  test('most variants are judged', () => {
    expect(judged.length).toBeGreaterThanOrEqual(18);
  });
});
