import { aksUpdate } from '../../fixes/commands.ts';
import { isClusterLoadBalancer } from '../../load-balancing/index.ts';
import {
  compareText,
  listed,
  read,
  type LoadBalancer,
  type ManagedCluster,
} from '../../model/index.ts';
import type { Cluster } from '../../facts/index.ts';
import { migrateFromBasic } from '../../fixes/cluster-fixes.ts';
import { defineRule, type Fault, type Fix } from '../rule.ts';
import { named } from '../../fixes/text.ts';

/** Finds clusters whose profile names another load balancer SKU than their load balancers have. */
export const skuMismatch = defineRule(
  {
    id: 'load-balancer/sku-mismatch',
    title: 'Cluster and load balancer have different SKUs',
    why: 'The cloud provider uses the cluster’s SKU setting: it manages or deletes a load balancer of the other SKU incorrectly.',
    remedy: 'Update the cluster to Standard with az aks update, then let it reconcile.',
    severity: 'high',
    source: 'AKS: upgrade from Basic Load Balancer; Azure/AKS#1687',
  },
  { needs: ['managedCluster', 'loadBalancers'] },
  ({ managedCluster, loadBalancers, cluster }) => {
    const own = loadBalancers
      .filter(isClusterLoadBalancer)
      .toSorted((a, b) => compareText(a.name, b.name));
    const odd = own.filter(({ sku }) => !isKnown(sku));
    const unknown = odd.map(({ name, sku }) => ({
      subject: { name },
      why: `SKU ${sku} is not known`,
    }));
    const profile = managedCluster.loadBalancerSku;
    if (own.length === 0) return { faults: [] };
    if (profile === undefined || !isKnown(profile))
      return {
        faults: [],
        unknown: [
          {
            subject: cluster,
            why:
              profile === undefined
                ? 'ARM does not return the load balancer SKU of the cluster'
                : `the load balancer SKU of the cluster is ${profile}, which is not a known value`,
          },
        ],
      };
    const others = own.filter(({ sku }) => isKnown(sku) && sku !== profile);
    return {
      faults:
        others.length === 0 ? [] : [faultOf({ cluster, managedCluster, profile, own, others })],
      unknown,
    };
  },
);

function isKnown(sku: string): sku is 'basic' | 'standard' {
  return sku === 'basic' || sku === 'standard';
}

const spelt = { basic: 'Basic', standard: 'Standard' } as const;

const consequences = {
  basic:
    'The cloud provider still expects Basic: it creates Basic addresses, which a Standard load balancer does not accept, so new ports, Services and nodes fail. Usual cause: a script upgraded the load balancer but not the cluster.',
  standard:
    'The remaining Basic load balancer is unsupported and supports only one VM set. The cloud provider deletes it when a Service is reconciled; this has not happened yet, or failed.',
} as const;

function faultOf({
  cluster,
  managedCluster,
  profile,
  own,
  others,
}: {
  readonly cluster: Cluster;
  readonly managedCluster: ManagedCluster;
  readonly profile: 'basic' | 'standard';
  readonly own: readonly LoadBalancer[];
  readonly others: readonly LoadBalancer[];
}): Fault {
  const names = others.map(({ name }) => name);
  const other = profile === 'basic' ? 'standard' : 'basic';
  return {
    subject: { kind: 'Cluster', name: cluster.name },
    title: `Cluster ${cluster.name} is set to ${spelt[profile]}, but ${listed(names)} ${names.length === 1 ? 'is' : 'are'} ${spelt[other]}`,
    message: `networkProfile.loadBalancerSku is ${profile}, but ${named('load balancer', names)} ${names.length === 1 ? 'is' : 'are'} ${spelt[other]}. ${consequences[profile]}`,
    causes: [profile === 'basic' ? 'basic-profile' : 'basic-left-over'],
    evidence: {
      clusterProfile: profile,
      loadBalancers: own.map(({ name, sku }) => ({ name, sku })),
    },
    fixes: [
      profile === 'basic'
        ? migrateFromBasic(cluster, read(managedCluster))
        : reconcileCluster(cluster),
    ],
  };
}

function reconcileCluster(cluster: Cluster): Fix {
  return {
    title: 'Reconcile the cluster as it is, so that what is left of Basic goes',
    steps: [aksUpdate(cluster)],
    price: ['Services on the Basic load balancer move, and their address may change'],
  };
}
