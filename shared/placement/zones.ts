import type { Node } from '../model/index.ts';

/**
 * The availability zone of a node, as `westeurope-1`; `undefined` = it is in none. On machines
 * without zones Azure puts the bare number of a fault domain into the same label.
 */
export function zoneOf({ labels }: Pick<Node, 'labels'>): string | undefined {
  const zone = labels.get('topology.kubernetes.io/zone')?.toLowerCase();
  return zone !== undefined && /^[a-z][a-z0-9]*-\d+$/u.test(zone) ? zone : undefined;
}
