import type { ClusterDescription, PoolDescription, WorkloadDescription } from './description.ts';

const everywhere = [
  { key: 'CriticalAddonsOnly', operator: 'Exists' },
  { operator: 'Exists', effect: 'NoExecute' },
  { operator: 'Exists', effect: 'NoSchedule' },
];

const onlyAddons = [
  { key: 'CriticalAddonsOnly', operator: 'Exists' },
  {
    key: 'node.kubernetes.io/not-ready',
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  },
  {
    key: 'node.kubernetes.io/unreachable',
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  },
];

/** AKS's daemons carry this: Linux nodes of the cluster, and no virtual node. */
const daemonAffinity = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        {
          matchExpressions: [
            { key: 'kubernetes.azure.com/cluster', operator: 'Exists' },
            { key: 'type', operator: 'NotIn', values: ['virtual-kubelet'] },
            { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
          ],
        },
      ],
    },
  },
};

const daemons = ['azure-ip-masq-agent', 'cloud-node-manager', 'csi-azuredisk-node'];

/** What AKS runs in kube-system: daemons on every Linux node, the rest on the system pools. Cilium stands in for kube-proxy. */
export function systemWorkloads(
  pools: readonly PoolDescription[],
  cilium?: ClusterDescription['cilium'],
): readonly WorkloadDescription[] {
  const proxy = cilium === undefined ? 'kube-proxy' : 'cilium';
  return [...[...daemons, proxy].map((name) => systemDaemon(name, pools)), ...addons(pools)];
}

/** A daemon of kube-system, by default one that tolerates every hard taint. */
export function systemDaemon(
  name: string,
  pools: readonly PoolDescription[],
  tolerations: readonly unknown[] = everywhere,
): WorkloadDescription {
  const hosts = pools.filter(({ kind, os }) => kind !== 'VirtualNode' && os === 'Linux');
  return {
    kind: 'DaemonSet',
    namespace: 'kube-system',
    name,
    labels: { component: name, tier: 'node' },
    pods: placements(hosts),
    replicas: 0,
    spec: {
      hostNetwork: true,
      priorityClassName: 'system-node-critical',
      affinity: daemonAffinity,
      tolerations,
    },
  };
}

function addons(pools: readonly PoolDescription[]): readonly WorkloadDescription[] {
  const system = pools.filter(({ mode, count }) => mode === 'System' && count > 0);
  if (system.length === 0) return [];
  const hosts = placements(system);
  return [
    addon('coredns', hosts),
    addon('konnectivity-agent', hosts),
    addon('metrics-server', hosts),
  ];
}

function addon(name: string, hosts: WorkloadDescription['pods']): WorkloadDescription {
  return {
    kind: 'Deployment',
    namespace: 'kube-system',
    name,
    labels: { 'k8s-app': name, 'kubernetes.azure.com/managedby': 'aks' },
    pods: Array.from({ length: 2 }, (_, at) => hosts.at(at % hosts.length) ?? { node: '' }),
    replicas: 2,
    spec: { priorityClassName: 'system-cluster-critical', tolerations: onlyAddons },
  };
}

/** One pod per node of the pools, without a list of them. */
function placements(pools: readonly PoolDescription[]): WorkloadDescription['pods'] {
  const length = pools.reduce((sum, { count }) => sum + count, 0);
  return {
    length,
    at(index) {
      let rest = index;
      for (const { name, count } of pools) {
        if (rest < count) return rest < 0 ? undefined : { node: `${name}-${rest}` };
        rest -= count;
      }
      return undefined;
    },
  };
}
