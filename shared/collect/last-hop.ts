import {
  compareText,
  read,
  unread,
  valueOr,
  type CiliumConfig,
  type LoadBalancer,
  type LoadBalancerService,
  type ManagedCluster,
  type NodePortService,
  type Read,
  type Slices,
  type Workload,
} from '../model/index.ts';
import type { Problems } from '../input/problems.ts';
import { readList, readObject, type KubernetesList } from './kubernetes-reader.ts';
import type { KubernetesTransport } from './kubernetes-transport.ts';
import { lastHopLists, namespacedName } from './kubernetes-lists.ts';
import { parseCiliumConfig } from './parse-last-hop.ts';

/** What decides whether a probe and a packet meet anybody on a node. */
export const lastHopSliceNames = [
  'networkPolicies',
  'nodePortServices',
  'hostNetworkPods',
  'ciliumConfig',
] as const satisfies readonly (keyof Slices)[];

type LastHopSlices = {
  readonly [Name in (typeof lastHopSliceNames)[number]]: Read<Slices[Name]>;
};

interface Inputs {
  readonly transport: KubernetesTransport;
  readonly problems: Problems;
  readonly managedCluster: Read<ManagedCluster>;
  readonly loadBalancers: Read<readonly LoadBalancer[]>;
  readonly services: Read<readonly LoadBalancerService[]>;
  readonly daemonSets: Read<readonly Workload[]>;
  readonly signal?: AbortSignal;
}

const ciliumConfigPath = '/api/v1/namespaces/kube-system/configmaps/cilium-config';

/** Reads what the last hop needs, and of that only what the load balancers give reason to ask for. */
export async function readLastHop(inputs: Inputs): Promise<LastHopSlices> {
  const { transport, problems, signal } = inputs;
  const list = async <T extends { readonly namespace: string; readonly name: string }>(
    wanted: KubernetesList<T>,
  ): Promise<Read<readonly T[]>> => {
    const rows = await readList(transport, wanted, problems, signal);
    return rows.kind === 'unread'
      ? rows
      : read(rows.value.toSorted((a, b) => compareText(namespacedName(a), namespacedName(b))));
  };
  const ports = unexplainedPorts(inputs);
  const nodePorts = ports.some((port) => port >= firstNodePort && port <= lastNodePort);
  return {
    networkPolicies: await list(lastHopLists.networkPolicies),
    nodePortServices: nodePorts ? await readNodePorts(list) : notAsked,
    hostNetworkPods: ports.length > 0 ? await list(lastHopLists.hostNetworkPods) : notAsked,
    ciliumConfig: await readCiliumConfig(inputs),
  };
}

const notAsked = unread('not asked for: no probe and no rule gives reason to');
const firstNodePort = 30_000;
const lastNodePort = 32_767;
const kubeProxyHealth = 10_256;

/** A list of Services that was filtered when it was saved lacks those of other types: `default/kubernetes` tells. */
async function readNodePorts(
  list: (wanted: KubernetesList<NodePortService>) => Promise<Read<readonly NodePortService[]>>,
): Promise<Read<readonly NodePortService[]>> {
  const whole = await list(lastHopLists.kubernetesService);
  if (whole.kind === 'unread') return whole;
  if (whole.value.length === 0)
    return unread(
      'the list of Services lacks default/kubernetes, which every cluster has: it was filtered',
      'contradicted',
    );
  return list(lastHopLists.nodePortServices);
}

/** Ports of nodes that probes and rules go to, and that no LoadBalancer Service accounts for. */
function unexplainedPorts({ loadBalancers, services }: Inputs): readonly number[] {
  const ours = valueOr(services, []);
  const known = new Set([
    0,
    kubeProxyHealth,
    ...ours.flatMap(({ healthCheckNodePort = 0, ports }) => [
      healthCheckNodePort,
      ...ports.map(({ nodePort = 0 }) => nodePort),
    ]),
  ]);
  const asked = ours.flatMap(({ annotations }) =>
    [...annotations].flatMap(([key, value]) =>
      /port_\d+_health-probe_port$/u.test(key) && /^\d{1,5}$/u.test(value) ? [Number(value)] : [],
    ),
  );
  const inAzure = valueOr(loadBalancers, []).flatMap(({ probes, rules }) => [
    ...probes.map(({ port }) => port),
    ...rules.flatMap(({ floatingIp, backendPort = 0 }) => (floatingIp ? [] : [backendPort])),
  ]);
  return [...new Set([...asked, ...inAzure])].filter((port) => !known.has(port));
}

async function readCiliumConfig({
  transport,
  problems,
  managedCluster,
  daemonSets,
  signal,
}: Inputs): Promise<Read<CiliumConfig>> {
  const byArm =
    managedCluster.kind === 'read' && managedCluster.value.networkDataplane === 'cilium';
  const byDaemonSet = valueOr(daemonSets, []).some(
    ({ namespace, name }) => namespace === 'kube-system' && name === 'cilium',
  );
  if (!byArm && !byDaemonSet) return unread('not asked for: the data plane is not Cilium');
  return readObject(transport, ciliumConfigPath, parseCiliumConfig, problems, signal);
}
