import {
  read,
  sliceNames,
  type ClusterSnapshot,
  type Node,
  type Read,
  type SliceName,
  type Slices,
} from '../../shared/model/index.ts';
import { clusterId, loadBalancer, managedCluster, nicMember } from './azure.ts';
import {
  apart,
  endpoint,
  kubeProxy,
  namespace,
  node,
  service,
  slice,
  subscription,
  workload,
} from './kubernetes.ts';

/** The nodes of a cluster, and those of them that its pool has: all, unless said otherwise. */
export function withNodes(
  nodes: readonly Node[],
  members: readonly Node[] = nodes,
): Pick<Slices, 'nodes' | 'loadBalancers'> {
  return { nodes, loadBalancers: [loadBalancer({ members: members.map(nicMember) })] };
}

export type SnapshotChanges = { readonly [Name in SliceName]?: Slices[Name] | Read<Slices[Name]> };

/**
 * A cluster without a fault: Standard, an isolated system pool, Service `shop/web` with Local and
 * one pod on each of two user nodes, all nodes in the pool. A test changes what it is about; a
 * plain value stands for a slice that was read.
 */
export function cluster(changes: SnapshotChanges = {}): ClusterSnapshot {
  const nodes = [
    node('system-0', {
      taints: [{ key: 'CriticalAddonsOnly', value: 'true', effect: 'NoSchedule' }],
    }),
    node('user-0'),
    node('user-1'),
  ];
  const healthy: Slices = {
    managedCluster: managedCluster(),
    loadBalancers: [loadBalancer({ members: nodes.map(nicMember) })],
    networkInterfaces: [],
    publicIpAddresses: [],
    securityGroups: [],
    loadBalancerConfigurations: [],
    virtualMachines: [],
    nodes,
    services: [service()],
    endpointSlices: [slice([endpoint('web-a', 'user-0'), endpoint('web-b', 'user-1')])],
    deployments: [workload({ replicas: 2, spec: apart('web') })],
    statefulSets: [],
    daemonSets: [kubeProxy()],
    systemPods: [],
    pendingPods: [],
    namespaces: [namespace('default'), namespace('kube-system'), namespace('shop')],
    serviceEvents: [],
    backendHealth: [],
    loadBalancerMetrics: [],
    resourceChanges: [],
    ingresses: [],
    ingressClasses: [],
    gatewayClasses: [],
    gateways: [],
    httpRoutes: [],
    grpcRoutes: [],
    referenceGrants: [],
    clusterIpServices: [],
    networkPolicies: [],
    nodePortServices: [],
    hostNetworkPods: [],
    ciliumConfig: { serviceTopology: false },
  };
  const slices = Object.fromEntries(
    sliceNames.map((name) => {
      const changed: unknown = changes[name];
      return [name, isRead(changed) ? changed : read(changed ?? healthy[name])];
    }),
  );
  return {
    id: clusterId,
    name: 'aks',
    subscriptionId: subscription,
    resourceGroup: 'rg',
    location: 'westeurope',
    kubernetesVersion: '1.36.2',
    takenAt: '2026-11-23T06:00:00Z',
    ...slices,
  } as ClusterSnapshot;
}

function isRead(value: unknown): value is Read<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    'kind' in value &&
    (value.kind === 'read' || value.kind === 'unread')
  );
}
