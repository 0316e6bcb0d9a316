import fc from 'fast-check';
import { armId } from '../../shared/model/index.ts';
import type {
  ArmId,
  BackendMember,
  ClusterSnapshot,
  IpFamily,
  LoadBalancer,
  LoadBalancerService,
  NetworkInterface,
  Node,
  PodSpec,
  Probe,
  VirtualMachine,
} from '../../shared/model/index.ts';
import {
  apart,
  azure,
  childId,
  cluster,
  configuration,
  endpoint,
  ipMember,
  ipv6Member,
  kubeProxy,
  loadBalancer,
  managedCluster,
  nicMember,
  nicOf,
  node,
  nodePool,
  pinned,
  serviceKeyOfWeb,
  service,
  slice,
  staleMember,
  taint,
  vmMember,
  vmNode,
  workload,
} from '../builders/index.ts';

/** Clusters with the faults that fixes are offered for: Basic, one or several Standard load balancers. */

type Kind = 'basic' | 'standard' | 'several';

export const names = ['system-0', 'user-0', 'user-1', 'batch-0'] as const;
export const excluded: readonly [string, string] = [
  'node.kubernetes.io/exclude-from-external-load-balancers',
  'true',
];

/** The first of the values six times out of ten. */
export function usually<T>(first: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(first) },
    { weight: 4, arbitrary: fc.constantFrom(...others) },
  );
}

function nodesOf(kind: Kind): fc.Arbitrary<readonly Node[]> {
  const one = (name: string): fc.Arbitrary<Node> =>
    fc
      .record({
        ready: fc.oneof(
          { weight: 8, arbitrary: fc.constant('true' as const) },
          { weight: 1, arbitrary: fc.constantFrom('false' as const, 'unknown' as const) },
        ),
        label: usually<readonly [string, string] | undefined>(undefined, undefined, excluded),
        zone: fc.constantFrom('we-1', 'we-2'),
        odd: fc.oneof(
          { weight: 8, arbitrary: fc.constant('') },
          {
            weight: 2,
            arbitrary: fc.constantFrom(
              'sku=gpu:NoSchedule',
              'ToBeDeletedByClusterAutoscaler=1:NoSchedule',
            ),
          },
        ),
        system: fc.constantFrom(
          '',
          'pool=system:PreferNoSchedule',
          'CriticalAddonsOnly=true:NoSchedule',
        ),
        size: usually(4_000, 1_900),
      })
      .map(({ ready, label, zone, odd, system, size }) =>
        node(name, {
          ready,
          labels: new Map<string, string>([
            ['topology.kubernetes.io/zone', zone],
            ['kubernetes.azure.com/mode', name.startsWith('system') ? 'system' : 'user'],
            ...(label === undefined ? [] : [label]),
          ]),
          taints: [odd, name.startsWith('system') ? system : '']
            .filter((text) => text !== '')
            .map(taint),
          internalIps: [
            `10.224.0.${4 + names.findIndex((each) => each === name)}`,
            `fd00::${4 + names.findIndex((each) => each === name)}`,
          ],
          allocatable: { milliCpu: size, memory: 8e9, pods: 30 },
        }),
      );
  return fc.tuple(...names.map(one)).map((nodes) => (kind === 'basic' ? nodes : nodes.slice(0, 4)));
}

const specs: readonly Partial<PodSpec>[] = [
  {},
  {},
  apart('web'),
  pinned('user'),
  pinned('system'),
  { tolerations: [{ key: '', operator: 'Exists', value: '', effect: '' }] },
  { requests: { milliCpu: 1_500, memory: 0 } },
  {
    topologySpread: [
      {
        topologyKey: 'kubernetes.io/hostname',
        maxSkew: 1,
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: new Map([['app', 'web']]), matchExpressions: [] },
        nodeAffinityPolicy: 'Honor',
        nodeTaintsPolicy: 'Ignore',
      },
    ],
  },
];

const annotations: readonly Readonly<Record<string, string>>[] = [
  {},
  {},
  {},
  { port_80_no_probe_rule: 'true' },
  { 'port_80_health-probe_port': '10256' },
  { 'port_80_health-probe_port': '8080' },
  { 'port_80_health-probe_port': '31999' },
  { 'azure-disable-load-balancer-floating-ip': 'true' },
];

export const faultyClusters: fc.Arbitrary<ClusterSnapshot> = fc
  .constantFrom<Kind>('basic', 'standard', 'standard', 'several', 'several')
  .chain((kind) =>
    fc
      .record({
        kind: fc.constant(kind),
        nodes: nodesOf(kind),
        policy: fc.constantFrom('Local', 'Cluster'),
        families: fc.constantFrom<readonly IpFamily[]>(
          ['IPv4'],
          ['IPv4'],
          ['IPv6'],
          ['IPv4', 'IPv6'],
        ),
        byAddress: fc.boolean(),
        members: fc.subarray([...names], { minLength: 1 }),
        allIn: fc.boolean(),
        stale: usually(0, 1),
        adminState: usually<BackendMember['adminState']>(undefined, 'down', 'up', 'drain'),
        probe: usually('right', 'node-port', 'closed', 'kube-proxy', 'none'),
        backendPort: usually('right', 'closed'),
        annotations: fc.constantFrom(...annotations),
        hosts: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }),
        ready: fc.array(usually(true, false), { minLength: 4, maxLength: 4 }),
        published: usually(false, false, true),
        hints: usually<readonly string[]>([], ['we-1'], ['we-1', 'we-2']),
        spec: fc.constantFrom(...specs),
        shared: usually(false, true),
        vms: fc.constantFrom<FaultyCluster['vms']>('scale-sets', 'scale-sets', 'availability-sets'),
      })
      .map(snapshotOf),
  );

interface FaultyCluster {
  readonly kind: Kind;
  readonly nodes: readonly Node[];
  readonly policy: string;
  readonly families: readonly IpFamily[];
  readonly byAddress: boolean;
  readonly members: readonly string[];
  readonly allIn: boolean;
  readonly stale: number;
  readonly adminState: BackendMember['adminState'];
  readonly probe: string;
  readonly backendPort: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly hosts: readonly string[];
  readonly ready: readonly boolean[];
  readonly published: boolean;
  readonly hints: readonly string[];
  readonly spec: Partial<PodSpec>;
  /** Of pools by NIC: what the VMs of a node pool are in. */
  readonly vms: 'scale-sets' | 'availability-sets';
  /** The cluster shares one probe among its Cluster Services. */
  readonly shared: boolean;
}

function snapshotOf(drawn: FaultyCluster): ClusterSnapshot {
  const { kind, policy } = drawn;
  const byAddress = kind === 'several' || (kind === 'standard' && drawn.byAddress);
  const inSets = drawn.vms === 'availability-sets' && !byAddress;
  const nodes = inSets ? drawn.nodes.map(asVm) : drawn.nodes;
  const given: FaultyCluster = {
    ...drawn,
    nodes,
    vms: inSets ? 'availability-sets' : 'scale-sets',
  };
  const isLocal = policy === 'Local';
  const { healthCheckNodePort, ...web } = service({
    externalTrafficPolicy: policy,
    ipFamilies: kind === 'basic' ? ['IPv4'] : given.families,
    annotations: azure(given.annotations),
    publishNotReadyAddresses: given.published,
    ...(given.hints.length > 0 && { trafficDistribution: 'PreferClose' }),
  });
  const asked: LoadBalancerService = {
    ...web,
    ...(isLocal && { healthCheckNodePort: healthCheckNodePort ?? 31_000 }),
    ingressIps: web.ipFamilies.map((family) => (family === 'IPv4' ? '20.50.10.10' : '2603::10')),
  };
  const pools = managedCluster({
    loadBalancerSku: kind === 'basic' ? 'basic' : 'standard',
    backendPoolType: byAddress ? 'nodeip' : 'nodeipconfiguration',
    nodePools: ['system', 'user', 'batch'].map((name) => {
      const of = nodes.filter((each) => each.name.startsWith(`${name}-`));
      const lasting = (of[0]?.taints ?? []).filter(({ key }) => !key.startsWith('ToBeDeleted'));
      const type = inSets ? 'AvailabilitySet' : 'VirtualMachineScaleSets';
      return nodePool(name, { taints: lasting, count: of.length, type });
    }),
  });
  return cluster({
    managedCluster: pools,
    nodes,
    ...(inSets && {
      networkInterfaces: nodes.map(nicOfBoth),
      virtualMachines: nodes.map(machineOf),
    }),
    daemonSets: [kubeProxy()],
    services: [asked],
    loadBalancers: [...balancersOf(given, asked, byAddress), ...(given.shared ? [sharing()] : [])],
    publicIpAddresses: asked.ingressIps.map((address, at) => ({
      id: childId('kubernetes', 'publicIPAddresses', `front-${at}`),
      name: `front-${at}`,
      resourceGroup: 'mc_rg_aks_westeurope',
      address,
      sku: kind === 'basic' ? 'Basic' : 'Standard',
      tags: new Map(),
    })),
    ...(kind === 'several' && {
      loadBalancerConfigurations: [
        configuration('kubernetes', 'system'),
        configuration('team', 'batch'),
      ],
    }),
    endpointSlices: asked.ipFamilies.map((family) =>
      slice(
        given.hosts.map((host, at) => {
          const isReady = given.ready[at] ?? true;
          return endpoint(`web-5d4f7c9b8-pod0${at}`, host, {
            address: family === 'IPv4' ? `10.244.0.${at + 5}` : `fd01::${at + 5}`,
            ready: isReady || given.published,
            serving: isReady,
            hintZones: given.hints,
          });
        }),
        { addressType: family, name: `web-${family.toLowerCase()}` },
      ),
    ),
    deployments: [workload({ replicas: given.hosts.length, spec: given.spec })],
  });
}

/** The same node as a VM of its own. */
function asVm(of: Node): Node {
  const { providerId } = vmNode(of.name);
  return { ...of, providerId };
}

/** Its NIC, with an ip configuration for each family. */
function nicOfBoth(of: Node): NetworkInterface {
  const nic = nicOf(of);
  const [first] = nic.ipConfigurations;
  const [, privateIp = ''] = of.internalIps;
  if (first === undefined) return nic;
  const second = { ...first, id: ipv6IdOf(of), primary: false, privateIp, family: 'IPv6' as const };
  return { ...nic, ipConfigurations: [first, second] };
}

function ipv6IdOf(of: Node): ArmId {
  return armId(`${nicOf(of).id}/ipConfigurations/ipconfig1v6`);
}

function vmMemberIpv6(of: Node): BackendMember {
  return { kind: 'nic', ipConfigurationId: ipv6IdOf(of) };
}

/** The VM of a node, in the availability set of its node pool. */
function machineOf({ name, providerId }: Node): VirtualMachine {
  const id = armId(providerId.replace(/^azure:\/\//u, ''));
  const [group = ''] = id.split('/providers/');
  const pool = name.replace(/-\d+$/u, '');
  return {
    id,
    name,
    computerName: name,
    availabilitySetId: armId(
      `${group}/providers/Microsoft.Compute/availabilitySets/${pool}-availabilitySet-12345678`,
    ),
    provisioningState: 'Succeeded',
  };
}

function balancersOf(
  given: FaultyCluster,
  { ipFamilies, externalTrafficPolicy }: LoadBalancerService,
  byAddress: boolean,
): readonly LoadBalancer[] {
  const { kind, nodes } = given;
  const several = kind === 'several';
  const local = several && externalTrafficPolicy === 'Local';
  const held = nodes.filter(
    ({ name }) =>
      (given.allIn || given.members.includes(name)) &&
      (kind !== 'basic' || name.startsWith('system')) &&
      (!several || local || !name.startsWith('batch')),
  );
  const probe = probeOf(given);
  const of = (family: IpFamily): LoadBalancer => {
    const ofVm = family === 'IPv6' ? vmMemberIpv6 : vmMember;
    const byNic = given.vms === 'availability-sets' ? ofVm : nicMember;
    const entry = byAddress ? (family === 'IPv6' ? ipv6Member : ipMember) : byNic;
    const state = given.adminState;
    const members = held.map((each, at) => ({
      ...entry(each),
      ...(at === 0 && state !== undefined && { adminState: state }),
    }));
    const gone = Array.from({ length: given.stale }, (_, at) =>
      byAddress ? ({ kind: 'ip', ip: `10.9.9.${at + 1}` } as const) : staleMember(at),
    );
    const suffix = local ? '-ipv6' : '-IPv6';
    return loadBalancer({
      sku: kind === 'basic' ? 'basic' : 'standard',
      members: [...members, ...gone],
      probe,
      poolName: `${local ? 'shop-web' : 'kubernetes'}${family === 'IPv6' ? suffix : ''}`,
    });
  };
  const parts = ipFamilies.map((family) => ({ family, balancer: of(family) }));
  const [first] = parts;
  if (first === undefined) return [];
  const dual = ipFamilies.length > 1;
  const rules = parts.flatMap(({ family, balancer }) =>
    balancer.rules.map((rule) => {
      const frontendAt = ipFamilies.indexOf(family);
      const name = dual && family === 'IPv6' ? `${rule.name}-IPv6` : rule.name;
      return {
        ...rule,
        ...ruleParts(given),
        name,
        id: childId('kubernetes', 'loadBalancingRules', name),
        frontendId: childId('kubernetes', 'frontendIPConfigurations', frontendName(frontendAt)),
      };
    }),
  );
  const shared = several ? [{ name: 'kubernetes', members: [] }] : [];
  const main: LoadBalancer = {
    ...first.balancer,
    frontends: ipFamilies.map((_, at) => ({
      id: childId('kubernetes', 'frontendIPConfigurations', frontendName(at)),
      name: frontendName(at),
      publicIpId: childId('kubernetes', 'publicIPAddresses', `front-${at}`),
      hasOutboundRules: false,
    })),
    backendPools: [
      ...parts.flatMap(({ balancer }) => balancer.backendPools),
      ...(local
        ? shared.map(({ name }) => ({
            id: childId('kubernetes', 'backendAddressPools', name),
            name,
            members: nodes.filter((each) => !each.name.startsWith('batch')).map(ipMember),
          }))
        : []),
    ],
    rules,
  };
  return several ? [main, neighbour(nodes)] : [main];
}

function frontendName(at: number): string {
  return at === 0 ? serviceKeyOfWeb : `${serviceKeyOfWeb}-IPv6`;
}

/** The load balancer of the second configuration: it lives by a Service of somebody else. */
function neighbour(nodes: readonly Node[]): LoadBalancer {
  return loadBalancer({
    name: 'team',
    key: 'a0000000000000000000000000000001',
    members: nodes.filter((each) => each.name.startsWith('batch')).map(ipMember),
  });
}

/** Another Service's rule that uses the probe which the cluster shares. */
function sharing(): LoadBalancer {
  return loadBalancer({
    name: 'kubernetes-internal',
    probe: {
      name: 'cluster-service-shared-health-probe',
      port: 10_256,
      protocol: 'http',
      path: '/healthz',
    },
    key: 'a0000000000000000000000000000002',
  });
}

function ruleParts({ annotations: { [noFloating]: off }, backendPort }: FaultyCluster): {
  readonly floatingIp: boolean;
  readonly backendPort: number;
} {
  const floatingIp = off !== 'true';
  return {
    floatingIp: floatingIp && backendPort === 'right',
    backendPort: floatingIp || backendPort !== 'right' ? 80 : 30_080,
  };
}

const noFloating = 'azure-disable-load-balancer-floating-ip';

function probeOf(
  given: FaultyCluster,
): 'health-check' | 'node-port' | 'kube-proxy' | 'none' | Partial<Probe> {
  switch (given.probe) {
    case 'right': {
      const own = given.annotations['port_80_health-probe_port'];
      if (given.annotations['port_80_no_probe_rule'] === 'true') return 'none';
      if (given.shared && given.policy === 'Cluster') return 'kube-proxy';
      if (own !== undefined) return { port: Number(own), protocol: 'tcp' };
      return given.policy === 'Local' ? 'health-check' : 'node-port';
    }
    case 'closed':
      return { port: 8_080, protocol: 'tcp' };
    case 'node-port':
    case 'kube-proxy':
    case 'none':
      return given.probe;
    default:
      throw new Error(given.probe);
  }
}
