import {
  collectCluster,
  networkByGroup,
  notObserved,
  readConfigurations,
  readNetwork,
} from '../../../shared/collect/index.ts';
import { isDeleted, listClusters } from '../../../shared/discover/index.ts';
import { Problems } from '../../../shared/input/index.ts';
import { read } from '../../../shared/model/index.ts';
import { clusterIdentity } from '../../../shared/audit/cluster-identity.ts';
import { auditSnapshot } from '../../../shared/audit/audit-snapshot.ts';
import type { Fleet } from '../../../shared/audit/fleet.ts';
import { armAccessTo } from '../../simulator/ask.ts';
import { accessTo } from '../../simulator/audit.ts';
import type { FleetDescription } from '../../../simulator/description.ts';
import { createSimulator } from '../../../simulator/simulator.ts';

/** A made-up fleet read in memory by the product's own mapping: for tests of the steps around it. */
export function simulatedFleet(description: FleetDescription): Fleet {
  const simulator = createSimulator({ fleet: description });
  const access = armAccessTo(simulator, new Problems());
  return {
    subscriptions: () =>
      Promise.resolve(simulator.index.fleet.subscriptions.map(({ id }) => ({ id }))),
    async readSubscription(id) {
      const clusters = await listClusters(access, id);
      const network = await readNetwork(access, id);
      return { clusters, network, observations: notObserved, inputFaults: { count: 0, keys: [] } };
    },
    isDeleted: (cluster) => isDeleted(access, cluster),
    async auditCluster(cluster, { network }, { takenAt, policy }) {
      const { id, subscriptionId } = cluster;
      const collected = await collectCluster({
        identity: clusterIdentity(cluster),
        managedCluster: read(cluster),
        network: networkByGroup(network),
        configurations: await readConfigurations(access, { id, subscriptionId }),
        kubernetes: accessTo(simulator, cluster),
        takenAt,
        problems: new Problems(),
      });
      const unreachable = collected.coverage.every(
        ({ slice, state }) => slice !== 'nodes' || state === 'unread',
      );
      return auditSnapshot({
        ...collected,
        policy,
        ...(unreachable && {
          result: { word: 'unreachable' as const, reason: 'its API does not answer' },
        }),
      });
    },
  };
}

/** The same answers without the work of making them each time; nobody changes them. */
export function once(inner: Fleet): Fleet {
  const known = new Map<string, unknown>();
  const kept = async <T>(key: string, make: () => Promise<T>): Promise<T> => {
    if (!known.has(key)) known.set(key, await make());
    return known.get(key) as T;
  };
  return {
    ...inner,
    subscriptions: () => kept('subscriptions', inner.subscriptions),
    readSubscription: (id) => kept(id, () => inner.readSubscription(id)),
    isDeleted: (each) => kept(`deleted ${each.id}`, () => inner.isDeleted(each)),
    auditCluster: (each, ...rest) => kept(each.id, () => inner.auditCluster(each, ...rest)),
  };
}
