import type { LoadBalancer, LoadBalancerService, Node } from '../../../shared/model/index.ts';
import {
  configuration,
  endpoint,
  ipMember,
  labelSelector,
  loadBalancer,
  managedCluster,
  namespace,
  node,
  nodePool,
  service,
  slice,
  type LoadBalancerChanges,
  type SnapshotChanges,
} from '../../builders/index.ts';

/** A cluster with two Standard load balancers, each with its nodes, and nothing wrong. */

export const system = node('system-0');
export const users = [node('user-0'), node('user-1')] as const;
export const payers = [node('pay-0'), node('pay-1')] as const;

/** Cluster, on `kubernetes`. */
export const portal = service({
  namespace: 'portal',
  name: 'web',
  uid: 'b'.repeat(36),
  externalTrafficPolicy: 'Cluster',
});

/** Local, on `payments`, with a pool of its own. */
export const gateway = service({ namespace: 'payments', name: 'gateway', uid: 'c'.repeat(36) });

/** Cluster, on `payments`. */
export const ledger = service({
  namespace: 'payments',
  name: 'ledger',
  uid: 'd'.repeat(36),
  externalTrafficPolicy: 'Cluster',
});

export const primary = configuration('kubernetes', 'system');

export const payments = configuration('payments', 'pay', {
  serviceNamespaceSelector: labelSelector({ team: 'payments' }),
});

export interface Part extends Omit<LoadBalancerChanges, 'members' | 'key'> {
  readonly nodes: readonly Node[];
  /** Whose rule sends here; none = a pool without a rule. */
  readonly of?: Pick<LoadBalancerService, 'uid'>;
}

/** A load balancer with a pool by address, and perhaps a rule to it, for each part. */
export function balancer(name: string, ...parts: readonly Part[]): LoadBalancer {
  const built = parts.map(({ nodes, of, ...changes }) =>
    loadBalancer({
      ...changes,
      name,
      members: nodes.map(ipMember),
      ...(of === undefined ? { ports: [] } : { key: keyOf(of) }),
    }),
  );
  const pools = new Map(
    built.flatMap(({ backendPools }) => backendPools.map((pool) => [pool.id, pool] as const)),
  );
  return {
    ...loadBalancer({ name }),
    frontends: built.flatMap(({ frontends }) => frontends),
    backendPools: [...pools.values()],
    rules: built.flatMap(({ rules }) => rules),
    probes: built.flatMap(({ probes }) => probes),
  };
}

export function keyOf({ uid }: Pick<LoadBalancerService, 'uid'>): string {
  return `a${uid.replaceAll('-', '')}`.slice(0, 32);
}

export const onKubernetes: readonly Part[] = [{ nodes: [system, ...users], of: portal }];
export const onPayments: readonly Part[] = [
  { nodes: payers, of: ledger },
  { nodes: payers, poolName: 'payments-gateway', of: gateway },
];

/** What differs from it, beside what every cluster of the builders has. */
export function several(changes: SnapshotChanges = {}): SnapshotChanges {
  return {
    managedCluster: managedCluster({
      backendPoolType: 'nodeip',
      nodePools: ['system', 'user', 'pay'].map((name) => nodePool(name)),
    }),
    nodes: [system, ...users, ...payers],
    loadBalancerConfigurations: [primary, payments],
    loadBalancers: [balancer('kubernetes', ...onKubernetes), balancer('payments', ...onPayments)],
    services: [portal, gateway, ledger],
    namespaces: [namespace('portal'), namespace('payments', { team: 'payments' })],
    endpointSlices: [
      slice([endpoint('web-a', 'user-0'), endpoint('web-b', 'user-1')], { namespace: 'portal' }),
      gatewaySlice('pay-0', 'pay-1'),
    ],
    deployments: [],
    ...changes,
  };
}

/** Endpoints of Service `payments/gateway`, one on each of the nodes. */
export function gatewaySlice(...on: readonly string[]) {
  return slice(
    on.map((name, at) => endpoint(`gateway-${at}`, name)),
    { namespace: 'payments', name: 'gateway-abcde', service: 'gateway' },
  );
}

/** A Service like another one, with `azure-load-balancer-…` annotations. */
export function asking(
  of: LoadBalancerService,
  annotations: Readonly<Record<string, string>>,
): LoadBalancerService {
  const whole = Object.entries(annotations).map(
    ([name, value]) => [`service.beta.kubernetes.io/azure-${name}`, value] as const,
  );
  return { ...of, annotations: new Map(whole) };
}
