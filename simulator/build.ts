import type {
  AccessDescription,
  ClusterDescription,
  FleetDescription,
  LoadBalancerDescription,
  OutboundDescription,
  PoolDescription,
  RoutingDescription,
  Sequence,
  ServiceDescription,
  SubscriptionDescription,
  WorkloadDescription,
} from './description.ts';
import { splitKey } from './build-workload.ts';
import { systemWorkloads } from './system-workloads.ts';

export { deployment, nodesOfPool, onPools, spread } from './build-workload.ts';

/** Builders with healthy defaults: a description says only what is special about it. */

export function fleet(
  given: Partial<FleetDescription> & Pick<FleetDescription, 'subscriptions'>,
): FleetDescription {
  return {
    now: '2026-11-23T06:00:00Z',
    tenantId: '7f3b2c1d-5a64-4e0f-9b8a-0d1e2f3a4b5c',
    ...given,
  };
}

/** A subscription in which nothing is denied. */
export function subscription(
  id: string,
  name: string,
  clusters: Sequence<ClusterDescription>,
  given: Partial<SubscriptionDescription> = {},
): SubscriptionDescription {
  return { id, name, clusters, denied: [], ...given };
}

export type ClusterChanges = Partial<
  Omit<ClusterDescription, 'access' | 'outbound' | 'routing'>
> & {
  readonly access?: Partial<AccessDescription>;
  readonly outbound?: Partial<OutboundDescription>;
  readonly routing?: Partial<RoutingDescription>;
  /** What AKS itself runs; the usual daemons and kube-system Deployments where nothing is said. */
  readonly system?: readonly WorkloadDescription[];
};

/** A Standard cluster with an isolated system pool, a user pool over three zones and a load balancer that takes every node. */
export function cluster(name: string, given: ClusterChanges = {}): ClusterDescription {
  const { access, outbound, routing, system, workloads, ...rest } = given;
  const pools = rest.pools ?? [systemPool(), pool('user', { count: 3, zones: ['1', '2', '3'] })];
  return {
    name,
    resourceGroup: `rg-${name}`,
    location: 'westeurope',
    kubernetesVersion: '1.35.4',
    tags: {},
    sku: 'Base',
    loadBalancerSku: 'standard',
    backendPoolType: 'nodeIPConfiguration',
    powerState: 'Running',
    nodeAutoProvisioning: false,
    hostedSystem: false,
    digits: undefined,
    loadBalancers: [loadBalancer()],
    configurations: [],
    namespaceLabels: {},
    events: [],
    securityGroup: { rules: [], withoutAllow: [] },
    changes: [],
    policyEngine: 'none',
    networkPolicies: [],
    cilium: undefined,
    ...rest,
    services: [apiServer, ...(rest.services ?? [])],
    pools,
    workloads: [...(system ?? systemWorkloads(pools, rest.cilium)), ...(workloads ?? [])],
    routing: { gatewayApi: false, objects: [], profiles: {}, ...routing },
    access: {
      entra: true,
      azureRbac: true,
      privateCluster: false,
      reachable: 'yes',
      denied: [],
      credentialsDenied: false,
      ...access,
    },
    outbound: {
      type: 'loadBalancer',
      managedIps: 1,
      allocatedPorts: 1024,
      idleTimeoutMinutes: 30,
      ...outbound,
    },
  };
}

/** A user pool of two Linux nodes in a scale set, unless said. */
export function pool(name: string, given: Partial<PoolDescription> = {}): PoolDescription {
  return {
    name,
    mode: 'User',
    kind: 'VirtualMachineScaleSets',
    count: 2,
    vmSize: 'Standard_D4s_v5',
    os: 'Linux',
    labels: {},
    taints: [],
    zones: [],
    autoscaler: undefined,
    spot: false,
    oddNodes: [],
    ...given,
  };
}

/** A system pool that keeps user pods off. */
export function systemPool(given: Partial<PoolDescription> = {}): PoolDescription {
  return pool('system', {
    mode: 'System',
    taints: ['CriticalAddonsOnly=true:NoSchedule'],
    ...given,
  });
}

/** The public Standard load balancer `kubernetes`, with every node in its pool. */
export function loadBalancer(
  given: Partial<LoadBalancerDescription> = {},
): LoadBalancerDescription {
  return {
    name: 'kubernetes',
    sku: 'Standard',
    internal: false,
    inbound: {},
    localPools: {},
    poolName: 'kubernetes',
    ...given,
  };
}

/** A Service of type LoadBalancer on `kubernetes`, Local, port 80, for the pods labelled with its own name. */
export function service(key: string, given: Partial<ServiceDescription> = {}): ServiceDescription {
  const [namespace, name] = splitKey(key);
  return {
    namespace,
    name,
    type: 'LoadBalancer',
    internalPolicy: 'Cluster',
    trafficDistribution: undefined,
    policy: 'Local',
    ports: [{ port: 80, name: 'http', targetPort: 8080 }],
    selector: { app: name },
    labels: {},
    annotations: {},
    internal: false,
    loadBalancer: 'kubernetes',
    sessionAffinity: 'None',
    publishNotReady: false,
    nodePorts: true,
    sourceRanges: [],
    loadBalancerIp: undefined,
    families: ['IPv4'],
    idleTimeoutMinutes: 4,
    addresses: [],
    ...given,
  };
}

/** A Service that Azure knows nothing of. */
export function clusterIp(
  key: string,
  given: Partial<ServiceDescription> = {},
): ServiceDescription {
  return service(key, { type: 'ClusterIP', loadBalancer: undefined, ...given });
}

/** Every cluster has it: the API server under a name, at an address that is no pod. */
const apiServer = clusterIp('default/kubernetes', {
  ports: [{ port: 443, name: 'https' }],
  selector: undefined,
  labels: { component: 'apiserver', provider: 'kubernetes' },
  addresses: ['20.86.0.4'],
});
