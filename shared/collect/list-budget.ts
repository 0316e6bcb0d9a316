import type { Taken } from '../input/cursor.ts';
import { ListError } from './kubernetes-refusals.ts';
import type { KubernetesTransport } from './kubernetes-transport.ts';

/**
 * What may be kept of a list, and of all lists of a cluster, in parts (`Taken`) of about 100 bytes. A
 * cluster of 5,000 nodes and 150,000 pods, with their EndpointSlices, stays below both.
 */
const maxListParts = 700_000;
const maxClusterParts = 1_200_000;
/** A row without anything in it costs as much as so many parts. */
const rowParts = 10;

/** What of a list, and of its cluster, was taken so far. */
export interface Budget {
  readonly list: Taken;
  readonly cluster: Taken | undefined;
}

export function budgetOf({ taken }: KubernetesTransport): Budget {
  return { list: { parts: 0 }, cluster: taken };
}

/** @throws {ListError} where more was taken than a cluster has. */
export function spend({ list, cluster }: Budget, before: number, source: string): void {
  list.parts += rowParts;
  if (cluster === undefined) return;
  cluster.parts += list.parts - before;
  if (list.parts > maxListParts)
    throw new ListError(`${source}: the list holds more than the largest cluster has`);
  if (cluster.parts > maxClusterParts)
    throw new ListError(`${source}: all lists together hold more than the largest cluster has`);
}
