import {
  cluster,
  deployment,
  loadBalancer,
  onPools,
  pool,
  service,
  spread,
  type ClusterChanges,
} from '../build.ts';
import type { ClusterDescription, PoolDescription } from '../description.ts';

/** In the names of the cluster's machines and availability sets. */
const digits = '27255451';
const pinnedSet = `pool-1-availabilitySet-${digits}`;

/** The article's cluster in its three states, each a cluster of its own. */
export function story(): readonly ClusterDescription[] {
  return [
    // 100 of 100 requests reach the replica that slipped onto the system node.
    storyCluster('echo-1-local', {
      services: [service('default/echo-service', { selector: { app: 'echo' } })],
      workloads: [slipped()],
    }),
    // 36, 33 and 31 of 100, and no pod sees a client's address.
    storyCluster('echo-2-cluster', {
      services: [service('default/echo-service', { selector: { app: 'echo' }, policy: 'Cluster' })],
      workloads: [slipped()],
    }),
    // Affinity keeps the pods on one pool, and the annotation picks the load balancer of its machines.
    storyCluster('echo-3-pinned', {
      pools: [system(), availabilitySet('pool-1', 3)],
      loadBalancers: [
        loadBalancer({ name: pinnedSet, sku: 'Basic', inbound: { pools: ['pool-1'] } }),
      ],
      services: [
        service('default/echo-service', {
          selector: { app: 'echo' },
          loadBalancer: pinnedSet,
          annotations: { 'service.beta.kubernetes.io/azure-load-balancer-mode': pinnedSet },
        }),
      ],
      workloads: [
        deployment('default/echo', ['pool-1-0', 'pool-1-1', 'pool-1-2'], {
          spec: { ...onPools('pool-1'), ...spread({ app: 'echo' }) },
        }),
      ],
    }),
  ];
}

function storyCluster(name: string, changes: ClusterChanges): ClusterDescription {
  return cluster(name, {
    resourceGroup: 'rg-echo',
    digits,
    tags: { story: '2019' },
    loadBalancerSku: 'Basic',
    pools: [system(), availabilitySet('pool-1', 1)],
    loadBalancers: [loadBalancer({ sku: 'Basic', inbound: { pools: ['system'] } })],
    ...changes,
  });
}

/** Two replicas where they belong and one on the system pool, which a preference did not keep away. */
function slipped() {
  return deployment('default/echo', ['system-0', 'pool-1-0', 'pool-1-0'], { spread: false });
}

/** A soft taint was all that a system pool could have. */
function system(): PoolDescription {
  return pool('system', {
    mode: 'System',
    kind: 'AvailabilitySet',
    count: 1,
    taints: ['nodepool=system:PreferNoSchedule'],
  });
}

function availabilitySet(name: string, count: number): PoolDescription {
  return pool(name, { kind: 'AvailabilitySet', count });
}
