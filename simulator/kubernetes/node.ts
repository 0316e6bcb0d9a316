import { canary } from '../canaries.ts';
import type { Layout } from '../layout.ts';
import { taintJson, type SimulatedNode, type TaintJson } from '../nodes.ts';
import { metadata, minutesBefore } from './metadata.ts';

/** Labels as AKS, the kubelet and the owner of the pool write them. */
function nodeLabels({ cluster, names }: Layout, node: SimulatedNode): Map<string, string> {
  const { pool } = node;
  const labels = new Map<string, string>();
  const os = pool.os.toLowerCase();
  if (pool.kind === 'VirtualNode') {
    labels.set('kubernetes.io/hostname', node.name);
    labels.set('kubernetes.io/os', os);
    labels.set('kubernetes.io/role', 'agent');
    labels.set('node.kubernetes.io/exclude-from-external-load-balancers', 'true');
    labels.set('type', 'virtual-kubelet');
  } else {
    const provisioned = pool.kind === 'NodeAutoProvisioning';
    // Provisioned nodes carry both pool labels, empty.
    labels.set('agentpool', provisioned ? '' : pool.name);
    labels.set('beta.kubernetes.io/arch', 'amd64');
    labels.set('beta.kubernetes.io/os', os);
    labels.set('kubernetes.azure.com/agentpool', provisioned ? '' : pool.name);
    labels.set('kubernetes.azure.com/cluster', names.nodeResourceGroup);
    labels.set('kubernetes.azure.com/mode', pool.mode.toLowerCase());
    if (!provisioned) labels.set('kubernetes.azure.com/nodepool-type', pool.kind);
    labels.set('kubernetes.azure.com/role', 'agent');
    if (pool.spot) labels.set('kubernetes.azure.com/scalesetpriority', 'spot');
    if (provisioned) {
      labels.set('karpenter.azure.com/sku-name', pool.vmSize);
      labels.set('karpenter.sh/capacity-type', pool.spot ? 'spot' : 'on-demand');
      labels.set('karpenter.sh/nodepool', pool.name);
    }
    labels.set('kubernetes.io/arch', 'amd64');
    labels.set('kubernetes.io/hostname', node.name);
    labels.set('kubernetes.io/os', os);
    labels.set('node.kubernetes.io/instance-type', pool.vmSize);
    labels.set('topology.kubernetes.io/region', cluster.location);
    labels.set('topology.kubernetes.io/zone', node.zone);
  }
  for (const [key, value] of Object.entries(pool.labels)) labels.set(key, value);
  for (const [key, value] of Object.entries(node.change?.labels ?? {})) labels.set(key, value);
  return labels;
}

function nodeTaints(layout: Layout, { pool, change }: SimulatedNode): readonly object[] {
  const texts = [
    ...(pool.kind === 'VirtualNode' ? ['virtual-kubelet.io/provider=azure:NoSchedule'] : []),
    ...(pool.spot ? ['kubernetes.azure.com/scalesetpriority=spot:NoSchedule'] : []),
    ...pool.taints,
    ...(change?.taints ?? []),
  ];
  const condition = (key: string, effects: readonly string[]): readonly object[] =>
    effects.map((effect) => ({ key, effect, timeAdded: minutesBefore(layout, 42) }));
  return [
    ...texts.map((text): TaintJson => taintJson(text)),
    ...(change?.cordoned === true
      ? condition('node.kubernetes.io/unschedulable', ['NoSchedule'])
      : []),
    ...(change?.ready === 'False'
      ? condition('node.kubernetes.io/not-ready', ['NoSchedule', 'NoExecute'])
      : []),
    ...(change?.ready === 'Unknown'
      ? condition('node.kubernetes.io/unreachable', ['NoSchedule', 'NoExecute'])
      : []),
  ];
}

/** A Node as the API server gives it, with what its odd nodes have beside their pool. */
export function nodeJson(layout: Layout, node: SimulatedNode): object {
  const { cluster } = layout;
  const { change, pool } = node;
  const taints = nodeTaints(layout, node);
  const ready = change?.ready ?? 'True';
  return {
    metadata: metadata(layout, {
      kind: 'Node',
      name: node.name,
      ageMinutes: 60_000,
      more: {
        labels: Object.fromEntries(nodeLabels(layout, node)),
        annotations: {
          'node.alpha.kubernetes.io/ttl': '0',
          'example.com/join-token': canary('node annotation'),
          'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
        },
      },
    }),
    spec: {
      providerID: node.providerId,
      unschedulable: change?.cordoned === true ? true : undefined,
      taints: taints.length > 0 ? taints : undefined,
    },
    status: {
      capacity: { cpu: '4', 'ephemeral-storage': '129886128Ki', memory: '16373808Ki', pods: '110' },
      allocatable: {
        cpu: '3860m',
        'ephemeral-storage': '119703055367',
        memory: '13016112Ki',
        pods: '110',
      },
      conditions: ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({
        type,
        status: type === 'Ready' ? ready : ready === 'Unknown' ? 'Unknown' : 'False',
        lastHeartbeatTime: minutesBefore(layout, ready === 'Unknown' ? 42 : 1),
        lastTransitionTime: minutesBefore(layout, ready === 'True' ? 59_990 : 42),
        reason: conditionReason(type, ready),
      })),
      addresses: [
        { type: 'InternalIP', address: node.ip },
        { type: 'Hostname', address: node.name },
      ],
      daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
      nodeInfo: {
        kernelVersion: pool.os === 'Windows' ? '10.0.20348.4405' : '6.8.0-1034-azure',
        osImage: pool.os === 'Windows' ? 'Windows Server 2022 Datacenter' : 'Ubuntu 24.04.3 LTS',
        containerRuntimeVersion: 'containerd://2.1.4',
        kubeletVersion: `v${cluster.kubernetesVersion}`,
        kubeProxyVersion: '',
        operatingSystem: pool.os.toLowerCase(),
        architecture: 'amd64',
      },
    },
  };
}

function conditionReason(type: string, ready: string): string {
  if (ready === 'Unknown') return 'NodeStatusUnknown';
  if (type !== 'Ready') return `KubeletHasNo${type}`;
  return ready === 'True' ? 'KubeletReady' : 'KubeletNotReady';
}
