import type { Taint } from '../model/index.ts';

/** What keeps a pod off a node or a pool. */
export type Obstacle =
  | { readonly kind: 'taint'; readonly taint: Taint }
  | { readonly kind: 'node-selector'; readonly key: string; readonly value: string }
  | { readonly kind: 'node-affinity'; readonly keys: readonly string[] }
  | { readonly kind: 'node-name'; readonly name: string }
  | { readonly kind: 'cordoned' }
  | { readonly kind: 'not-ready' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'no-nodes' };

/** The obstacle in a few words. */
export function describeObstacle(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'taint': {
      const { key, value, effect } = obstacle.taint;
      return `taint ${key}${value === '' ? '' : `=${value}`}:${effect} is not tolerated`;
    }
    case 'node-selector':
      return `label ${obstacle.key}=${obstacle.value} is missing`;
    case 'node-affinity':
      return `required node affinity does not match${obstacle.keys.length === 0 ? '' : ` (${obstacle.keys.join(', ')})`}`;
    case 'node-name':
      return `the pod is bound to node ${obstacle.name}`;
    case 'cordoned':
      return 'the node is cordoned';
    case 'not-ready':
      return 'the node is NotReady';
    case 'stopped':
      return 'the pool is stopped';
    case 'no-nodes':
      return 'the pool has no nodes and no autoscaler';
  }
}
