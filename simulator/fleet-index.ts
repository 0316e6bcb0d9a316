import { boundedCache } from './cache.ts';
import type {
  ClusterDescription,
  FleetDescription,
  SubscriptionDescription,
} from './description.ts';
import { layoutOf, type Layout } from './layout.ts';
import { clusterNames } from './names.ts';

/** A fleet with the ways into it. Layouts are kept for the clusters used last only. */
export interface FleetIndex {
  readonly fleet: FleetDescription;
  readonly subscription: (id: string) => SubscriptionDescription | undefined;
  readonly layout: (subscription: SubscriptionDescription, index: number) => Layout | undefined;
  readonly byName: (
    subscription: SubscriptionDescription,
    resourceGroup: string,
    name: string,
  ) => Layout | undefined;
  readonly byNodeGroup: (
    subscription: SubscriptionDescription,
    group: string,
  ) => Layout | undefined;
  readonly byHost: (host: string) => Layout | undefined;
  /** Whether the name of an API server is known from where the audit runs: not for a private or a stopped cluster. */
  readonly resolves: (host: string) => boolean;
}

/** Finds clusters by name and host, laid out when they are asked for: a fleet may have thousands. */
export function indexFleet(fleet: FleetDescription): FleetIndex {
  const layouts = boundedCache<Layout | undefined>(48);
  const byId = new Map(fleet.subscriptions.map((one) => [one.id.toLowerCase(), one]));
  const places = new Map<
    string,
    { readonly subscription: SubscriptionDescription; readonly index: number }
  >();
  for (const subscription of fleet.subscriptions) {
    for (let index = 0; index < subscription.clusters.length; index += 1) {
      const cluster = subscription.clusters.at(index);
      if (cluster === undefined) continue;
      const place = { subscription, index };
      const names = clusterNames(subscription, cluster);
      places.set(names.host, place);
      places.set(nodeGroupKey(subscription, names.nodeResourceGroup), place);
      places.set(nameKey(subscription, cluster.resourceGroup, cluster.name), place);
    }
  }
  const layout = (subscription: SubscriptionDescription, index: number): Layout | undefined =>
    layouts.get(`${subscription.id}/${index}`, () => {
      const cluster: ClusterDescription | undefined = subscription.clusters.at(index);
      return cluster && layoutOf(fleet, subscription, cluster);
    });
  const layoutAt = (key: string): Layout | undefined => {
    const place = places.get(key);
    return place && layout(place.subscription, place.index);
  };
  return {
    fleet,
    subscription: (id) => byId.get(id.toLowerCase()),
    layout,
    byName: (subscription, group, name) => layoutAt(nameKey(subscription, group, name)),
    byNodeGroup: (subscription, group) => layoutAt(nodeGroupKey(subscription, group)),
    byHost: (host) => layoutAt(host.toLowerCase()),
    resolves(host) {
      const cluster = layoutAt(host.toLowerCase())?.cluster;
      return cluster?.powerState === 'Running' && cluster.access.reachable !== 'no';
    },
  };
}

function nameKey({ id }: SubscriptionDescription, group: string, name: string): string {
  return `${id}/${group}/${name}`.toLowerCase();
}

function nodeGroupKey({ id }: SubscriptionDescription, group: string): string {
  return `${id}//${group}`.toLowerCase();
}
