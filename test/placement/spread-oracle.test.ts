import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseNode, parseWorkload } from '../../shared/collect/parse-objects.ts';
import { Cursor, Problems } from '../../shared/input/index.ts';
import type { Node } from '../../shared/model/index.ts';
import { spreadByHost } from '../../shared/placement/index.ts';
import { workload } from '../builders/index.ts';

/** Where the scheduler 1.36.2 put the three pods of a Deployment of namespace `shop`. */
interface Variant {
  readonly id: string;
  readonly deployment: object;
  readonly placed?: readonly (string | null)[];
  /** Pods of the namespace that stood there before: nodes by label `app`. */
  readonly others?: Readonly<Record<string, readonly (string | null)[]>>;
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
const namespaces = [
  {
    name: 'shop',
    labels: new Map([
      ['team', 'shop'],
      ['kubernetes.io/metadata.name', 'shop'],
    ]),
  },
];

describe('is the spread enforced, as the real scheduler does it', () => {
  test.each(oracle.variants)('$id: $placed', ({ deployment, placed = [], others = {} }) => {
    const parsed = parseWorkload('Deployment')(cursor(deployment));
    if (parsed === undefined) throw new Error('no Deployment');
    const foreign = Object.keys(others).map((app) =>
      workload({ name: app, labels: new Map([['app', app]]), replicas: 3 }),
    );
    const spread = spreadByHost(parsed, { nodes, namespaces, others: foreign });
    const on = placed.filter((each) => each !== null);
    expect(spread === 'hoped-for').toBe(new Set(on).size < on.length);
  });

  test('every variant that the API server took is there', () => {
    expect(oracle.variants.length).toBeGreaterThanOrEqual(19);
  });
});
