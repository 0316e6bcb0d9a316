import { poolNameOf, type ManagedCluster, type Node } from '../model/index.ts';
import { hasAutoProvisioning } from './nodes.ts';
import { poolShape } from './pool-labels.ts';

/** The labels that nodes of a cluster carry or would carry. */
export interface KnownLabels {
  /** Every key of a live node and of what pools are told to put on theirs. */
  readonly keys: ReadonlySet<string>;
  valuesOf(key: string): ReadonlySet<string>;
  /** Some node that is not there now may carry the key, with values that nobody tells. */
  mayHaveMore(key: string): boolean;
}

/** Live nodes first, then what ARM says of pools; nodes made on demand may carry anything. */
export function knownLabels(cluster: ManagedCluster, nodes: readonly Node[]): KnownLabels {
  const live = new Map<string, Set<string>>();
  const add = (labels: ReadonlyMap<string, string>): void => {
    for (const [key, value] of labels) {
      const values = live.get(key);
      if (values === undefined) live.set(key, new Set([value]));
      else values.add(value);
    }
  };
  for (const node of nodes) add(node.labels);
  for (const pool of cluster.nodePools) add(pool.labels);
  const pooled = new Set(nodes.map((node) => poolNameOf(node)));
  const shapes = cluster.nodePools
    .filter((pool) => !pooled.has(pool.name))
    .map((pool) => poolShape(pool, cluster));
  const onDemand = hasAutoProvisioning(cluster, nodes);
  return {
    keys: new Set(live.keys()),
    valuesOf(key) {
      const values = new Set(live.get(key));
      for (const shape of shapes) {
        const fact = shape.fact(key);
        if (fact.kind === 'values')
          for (const value of fact.values) if (value !== undefined) values.add(value);
      }
      return values;
    },
    mayHaveMore: (key) => onDemand || shapes.some((shape) => shape.fact(key).kind === 'unknown'),
  };
}
