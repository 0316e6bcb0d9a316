import type { ArmKind, SubscriptionDescription } from '../description.ts';
import type { FleetIndex } from '../fleet-index.ts';
import type { Layout } from '../layout.ts';
import type { BoundedCache } from '../cache.ts';
import { loadBalancerJson } from './load-balancer.ts';
import { managedCluster } from './managed-cluster.ts';
import { networkInterfaces } from './network-interface.ts';
import { publicIps } from './public-ip.ts';
import { securityGroups } from './security-group.ts';

/** What each cluster adds to a list of its subscription. */
const itemsOf: ReadonlyMap<ArmKind, (layout: Layout) => readonly object[]> = new Map([
  ['managedClusters', (layout) => [managedCluster(layout)]],
  [
    'loadBalancers',
    (layout) => layout.cluster.loadBalancers.map((one) => loadBalancerJson(layout, one)),
  ],
  ['networkInterfaces', networkInterfaces],
  ['publicIPAddresses', publicIps],
  ['networkSecurityGroups', securityGroups],
]);

/** The lists that there are, by their name in a path, folded to lower case. */
export const armKinds: ReadonlyMap<string, ArmKind> = new Map(
  [...itemsOf.keys()].map((kind) => [kind.toLowerCase(), kind]),
);

/** A cluster's share of a list, each item as JSON. */
export type ItemCache = BoundedCache<readonly string[]>;

/** A cluster's share of a list as JSON texts, made once. */
export function itemsFor(cache: ItemCache, kind: ArmKind, layout: Layout): readonly string[] {
  const make = itemsOf.get(kind) ?? (() => []);
  return cache.get(`${kind}/${layout.names.id}`, () =>
    make(layout).map((item) => JSON.stringify(item)),
  );
}

/** Where a page begins: a cluster of the subscription and one of its items. */
export interface PageStart {
  readonly cluster: number;
  readonly item: number;
}

export interface Page {
  readonly items: readonly string[];
  readonly next: PageStart | undefined;
}

/** Up to `size` items from the cursor on; those of one node resource group where it is given. */
export function pageOf(
  index: FleetIndex,
  cache: ItemCache,
  subscription: SubscriptionDescription,
  kind: ArmKind,
  from: PageStart,
  size: number,
  group?: string,
): Page {
  const items: string[] = [];
  let { cluster, item } = from;
  for (; cluster < subscription.clusters.length; cluster += 1, item = 0) {
    const layout = index.layout(subscription, cluster);
    if (layout === undefined) continue;
    if (group !== undefined && !isSame(layout.names.nodeResourceGroup, group)) continue;
    const own = itemsFor(cache, kind, layout);
    const taken = own.slice(item, item + size - items.length);
    items.push(...taken);
    if (item + taken.length < own.length)
      return { items, next: { cluster, item: item + taken.length } };
    if (items.length === size && cluster + 1 < subscription.clusters.length)
      return { items, next: { cluster: cluster + 1, item: 0 } };
  }
  return { items, next: undefined };
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The token of `nextLink`. */
export function encodePageStart({ cluster, item }: PageStart): string {
  return Buffer.from(`${cluster}:${item}`).toString('base64url');
}

/** `undefined` for what is no token of ours. */
export function decodePageStart(token: string): PageStart | undefined {
  const match = /^(\d{1,9}):(\d{1,9})$/u.exec(Buffer.from(token, 'base64url').toString('utf8'));
  return match === null ? undefined : { cluster: Number(match[1]), item: Number(match[2]) };
}
