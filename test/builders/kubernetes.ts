import {
  nodeName,
  type Endpoint,
  type EndpointSlice,
  type LabelSelector,
  type LoadBalancerService,
  type Namespace,
  type Node,
  type Pod,
  type PodSpec,
  type ServicePort,
  type Taint,
  type Workload,
} from '../../shared/model/index.ts';

/** `key=value:Effect` or `key:Effect`. */
export function taint(text: string): Taint {
  const at = text.lastIndexOf(':');
  const [key = '', ...value] = text.slice(0, at).split('=');
  return { key, value: value.join('='), effect: text.slice(at + 1) };
}

export const subscription = '00000000-0000-0000-0000-00000000e001';
export const nodeGroup = 'MC_rg_aks_westeurope';

/** A Ready scale set node `<pool>-<n>` of a node pool; its instance number is the number in its name. */
export function node(
  name: string,
  changes: Partial<Omit<Node, 'name'>> & { pool?: string } = {},
): Node {
  const { pool = name.replace(/-\d+$/u, ''), labels, ...rest } = changes;
  const instance = /\d+$/u.exec(name)?.[0] ?? '0';
  return {
    name: nodeName(name),
    labels: new Map([
      ['kubernetes.azure.com/agentpool', pool],
      ['kubernetes.io/hostname', name],
      ['kubernetes.io/os', 'linux'],
      ['topology.kubernetes.io/zone', '0'],
      ...(labels ?? []),
    ]),
    taints: [],
    unschedulable: false,
    deleting: false,
    ready: 'true',
    providerId: `azure:///subscriptions/${subscription}/resourceGroups/${nodeGroup.toLowerCase()}/providers/Microsoft.Compute/virtualMachineScaleSets/aks-${pool}-12345678-vmss/virtualMachines/${instance}`,
    internalIps: [`10.224.${pool.length}.${4 + Number(instance)}`],
    ...rest,
  };
}

const excludeKey = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** A node with the label that keeps nodes out of load balancers; the value matters to one of its two readers only. */
export function excludedNode(name: string, value = 'true'): Node {
  return node(name, { labels: new Map([[excludeKey, value]]) });
}

/** A node whose machine is a VM of its own: Virtual Machines pool, availability set, node made on demand. */
export function vmNode(name: string, changes: Parameters<typeof node>[1] = {}): Node {
  return node(name, {
    providerId: `azure:///subscriptions/${subscription}/resourceGroups/${nodeGroup.toLowerCase()}/providers/Microsoft.Compute/virtualMachines/${name}`,
    ...changes,
  });
}

/** A virtual node of Azure Container Instances. */
export function virtualNode(): Node {
  return node('virtual-node-aci-linux', {
    labels: new Map([
      ['type', 'virtual-kubelet'],
      ['kubernetes.azure.com/agentpool', ''],
    ]),
    taints: [taint('virtual-kubelet.io/provider=azure:NoSchedule')],
    providerId: '',
  });
}

export const port80: ServicePort = { name: 'http', protocol: 'TCP', port: 80, nodePort: 30_080 };

export const port443: ServicePort = {
  name: 'https',
  protocol: 'TCP',
  port: 443,
  nodePort: 30_443,
};

/** Ports of an EndpointSlice for {@link port80} and {@link port443}. */
export const bothPorts = [
  { name: 'http', port: 8080, protocol: 'TCP' },
  { name: 'https', port: 8443, protocol: 'TCP' },
];

/** Annotations of Azure's cloud provider, without their prefix. */
export function azure(annotations: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const prefix = 'service.beta.kubernetes.io/';
  return new Map(Object.entries(annotations).map(([name, value]) => [prefix + name, value]));
}

export const serviceUid = 'a4d58688-8290-4cc5-b7c5-05c3030250d0';

/** Service `shop/web`, port 80, with Local unless changed. */
export function service(changes: Partial<LoadBalancerService> = {}): LoadBalancerService {
  return {
    namespace: 'shop',
    name: 'web',
    uid: serviceUid,
    labels: new Map(),
    annotations: new Map(),
    selector: new Map([['app', 'web']]),
    externalTrafficPolicy: 'Local',
    healthCheckNodePort: 31_000,
    ipFamilies: ['IPv4'],
    sessionAffinity: 'None',
    publishNotReadyAddresses: false,
    allocateLoadBalancerNodePorts: true,
    loadBalancerSourceRanges: [],
    ports: [port80],
    ingressIps: ['20.50.10.10'],
    createdAt: '2026-11-01T00:00:00Z',
    deleting: false,
    ...changes,
  };
}

/** An address of its own for each name: kube-proxy counts one endpoint per address and port. */
function podAddress(podName: string): string {
  const hash = Buffer.from(podName).reduce((sum, byte) => (sum * 31 + byte) % 4_194_301, 7);
  return `10.${192 + Math.floor(hash / 65_536)}.${Math.floor(hash / 256) % 256}.${hash % 256}`;
}

export function endpoint(
  podName: string,
  on: string | undefined,
  changes: Partial<Endpoint> = {},
): Endpoint {
  return {
    address: podAddress(podName),
    node: on === undefined ? undefined : nodeName(on),
    zone: undefined,
    pod: podName,
    ready: true,
    serving: true,
    terminating: false,
    hintZones: [],
    hintNodes: [],
    ...changes,
  };
}

export function slice(
  endpoints: readonly Endpoint[],
  changes: Partial<EndpointSlice> = {},
): EndpointSlice {
  return {
    namespace: 'shop',
    name: 'web-abcde',
    service: 'web',
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints,
    ...changes,
  };
}

export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): Namespace {
  return { name, labels: new Map(Object.entries(labels)) };
}

export function podSpec(changes: Partial<PodSpec> = {}): PodSpec {
  return {
    hostNetwork: false,
    nodeSelector: new Map(),
    requiredNodeAffinity: undefined,
    preferredNodeAffinity: [],
    tolerations: [],
    requiredPodAntiAffinity: [],
    preferredPodAntiAffinity: [],
    requiredPodAffinity: [],
    topologySpread: [],
    ports: [],
    images: [],
    requests: { milliCpu: 0, memory: 0 },
    ...changes,
  };
}

/** Required node affinity to node pools. */
export function pinned(...pools: readonly string[]): Pick<PodSpec, 'requiredNodeAffinity'> {
  return {
    requiredNodeAffinity: [
      {
        matchExpressions: [
          { key: 'kubernetes.azure.com/agentpool', operator: 'In', values: pools },
        ],
        matchFields: [],
      },
    ],
  };
}

/** Required anti-affinity by host of pods labelled `app=<name>` to each other. */
export function apart(app: string): Pick<PodSpec, 'requiredPodAntiAffinity'> {
  return {
    requiredPodAntiAffinity: [
      {
        topologyKey: 'kubernetes.io/hostname',
        labelSelector: { matchLabels: new Map([['app', app]]), matchExpressions: [] },
        namespaces: [],
        namespaceSelector: undefined,
      },
    ],
  };
}

/** Deployment `shop/web` with three replicas of pods labelled `app=web`. */
export function workload(changes: Partial<Workload> & { spec?: Partial<PodSpec> } = {}): Workload {
  const { spec, ...rest } = changes;
  const name = rest.name ?? 'web';
  return {
    kind: 'Deployment',
    namespace: 'shop',
    name,
    labels: new Map(),
    replicas: 3,
    podLabels: new Map([['app', name]]),
    podSpec: podSpec(spec),
    ...rest,
  };
}

/** kube-proxy as AKS runs it: tolerates every hard taint. */
export function kubeProxy(spec: Partial<PodSpec> = {}): Workload {
  return workload({
    kind: 'DaemonSet',
    namespace: 'kube-system',
    name: 'kube-proxy',
    replicas: undefined,
    spec: {
      hostNetwork: true,
      tolerations: ['NoSchedule', 'NoExecute'].map((effect) => ({
        key: '',
        operator: 'Exists',
        value: '',
        effect,
      })),
      ...spec,
    },
  });
}

export function pod(name: string, changes: Partial<Pod> = {}): Pod {
  return {
    namespace: 'shop',
    name,
    labels: new Map([['app', 'web']]),
    node: undefined,
    phase: 'Running',
    deleting: false,
    mirror: false,
    owner: { kind: 'ReplicaSet', name: 'web-5d4f' },
    spec: podSpec(),
    ...changes,
  };
}

/** A selector of labels by their values alone. */
export function labelSelector(labels: Readonly<Record<string, string>> = {}): LabelSelector {
  return { matchLabels: new Map(Object.entries(labels)), matchExpressions: [] };
}
