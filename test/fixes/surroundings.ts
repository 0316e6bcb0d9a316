import fc from 'fast-check';
import {
  read,
  valueOr,
  serviceKey,
  type ClusterSnapshot,
  type LoadBalancer,
  type NetworkPolicy,
  type PodSpec,
  type Probe,
  type SecurityRule,
} from '../../shared/model/index.ts';
import {
  allowWeb,
  azure,
  childId,
  endpoint,
  kubeProxy,
  securityGroup,
  securityRule,
  service,
  slice,
  virtualNode,
  workload,
} from '../builders/index.ts';
import { excluded, names, usually, faultyClusters } from './faulty-clusters.ts';

/** What else stands in a cluster: security groups, policies, another Service on the same load balancer, other nodes. */
type Change = (snapshot: ClusterSnapshot) => ClusterSnapshot;

const same: Change = (snapshot) => snapshot;

const apiUid = 'b1111111-2222-4333-8444-555555555555';
const apiKey = serviceKey(apiUid);

interface Neighbour {
  readonly policy: string;
  readonly probe: string;
  readonly hosts: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** `shop/api` on port 81, whose rule sends to the pool that all Services share. */
function withNeighbour({ policy, probe, hosts, annotations }: Neighbour): Change {
  return (snapshot) => {
    const [main, ...others] = valueOr(snapshot.loadBalancers, []);
    const pool = main?.backendPools.find(({ name }) => name === 'kubernetes');
    if (main === undefined || pool === undefined) return snapshot;
    const { healthCheckNodePort: _port, ...cluster } = service({
      name: 'api',
      uid: apiUid,
      externalTrafficPolicy: policy,
      selector: new Map([['app', 'api']]),
      ports: [{ name: 'http', protocol: 'TCP', port: 81, nodePort: 30_081 }],
      ingressIps: ['20.50.10.81'],
      annotations: azure(annotations),
    });
    const probes: Readonly<Record<string, Omit<Probe, 'id' | 'name'>>> = {
      'node-port': { protocol: 'tcp', port: 30_081 },
      'health-check': { protocol: 'http', port: 31_500, path: '/healthz' },
      'kube-proxy': { protocol: 'http', port: 10_256, path: '/healthz' },
      closed: { protocol: 'tcp', port: 8_080 },
    };
    const own = probes[probe];
    const probeId = childId(main.name, 'probes', `${apiKey}-TCP-81`);
    const frontendId = childId(main.name, 'frontendIPConfigurations', apiKey);
    const publicIpId = childId(main.name, 'publicIPAddresses', 'front-api');
    const balancer: LoadBalancer = {
      ...main,
      frontends: [
        ...main.frontends,
        { id: frontendId, name: apiKey, publicIpId, hasOutboundRules: false },
      ],
      probes: [
        ...main.probes,
        ...(own === undefined ? [] : [{ ...own, id: probeId, name: `${apiKey}-TCP-81` }]),
      ],
      rules: [
        ...main.rules,
        {
          id: childId(main.name, 'loadBalancingRules', `${apiKey}-TCP-81`),
          name: `${apiKey}-TCP-81`,
          protocol: 'tcp',
          frontendPort: 81,
          backendPort: 81,
          frontendId,
          backendPoolIds: [pool.id],
          floatingIp: true,
          loadDistribution: 'Default',
          ...(own !== undefined && { probeId }),
        },
      ],
    };
    return {
      ...snapshot,
      loadBalancers: read([balancer, ...others]),
      services: read([
        ...valueOr(snapshot.services, []),
        policy === 'Local' ? { ...cluster, healthCheckNodePort: 31_500 } : cluster,
      ]),
      publicIpAddresses: read([
        ...valueOr(snapshot.publicIpAddresses, []),
        {
          id: publicIpId,
          name: 'front-api',
          resourceGroup: 'mc_rg_aks_westeurope',
          address: '20.50.10.81',
          sku: main.sku === 'basic' ? 'Basic' : 'Standard',
          tags: new Map(),
        },
      ]),
      endpointSlices: read([
        ...valueOr(snapshot.endpointSlices, []),
        slice(
          hosts.map((host, at) =>
            endpoint(`api-7f9c6d5b4-pod0${at}`, host, { address: `10.244.9.${at + 5}` }),
          ),
          { service: 'api', name: 'api-abcde' },
        ),
      ]),
      deployments: read([
        ...valueOr(snapshot.deployments, []),
        workload({ name: 'api', replicas: hosts.length, podLabels: new Map([['app', 'api']]) }),
      ]),
    };
  };
}

const neighbours: fc.Arbitrary<Change> = fc
  .record({
    policy: fc.constantFrom('Local', 'Cluster'),
    probe: fc.constantFrom('right', 'right', 'none', 'closed', 'kube-proxy'),
    hosts: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
    annotations: usually<Readonly<Record<string, string>>>(
      {},
      { port_81_no_probe_rule: 'true' },
      { 'port_81_health-probe_port': '10256' },
      { 'azure-pls-create': 'true', 'azure-pls-proxy-protocol': 'true' },
    ),
  })
  .map(({ probe, policy, ...rest }) =>
    withNeighbour({
      ...rest,
      policy,
      probe: probe === 'right' ? (policy === 'Local' ? 'health-check' : 'node-port') : probe,
    }),
  );

function withGroup(rules: readonly SecurityRule[]): Change {
  return (snapshot) => ({ ...snapshot, securityGroups: read([securityGroup(rules)]) });
}

const allowAll = allowWeb({ destinations: ['*'], destinationPorts: ['*'] });
const groups: readonly Change[] = [
  withGroup([allowAll]),
  withGroup([allowWeb()]),
  withGroup([]),
  withGroup([
    allowAll,
    securityRule('deny-probes', { allow: false, sources: ['AzureLoadBalancer'] }),
  ]),
  withGroup([
    allowAll,
    securityRule('deny-node-ports', {
      allow: false,
      sources: ['AzureLoadBalancer'],
      destinationPorts: ['30000-32767'],
    }),
  ]),
  withGroup([
    allowAll,
    securityRule('deny-one-node', { allow: false, destinations: ['10.224.0.5'], sources: ['*'] }),
  ]),
];

const app = (value: string) => ({ matchLabels: new Map([['app', value]]), matchExpressions: [] });

function withPolicies(...policies: readonly Partial<NetworkPolicy>[]): Change {
  return (snapshot) => ({
    ...snapshot,
    managedCluster:
      snapshot.managedCluster.kind === 'read'
        ? read({ ...snapshot.managedCluster.value, networkPolicy: 'calico' })
        : snapshot.managedCluster,
    networkPolicies: read(
      policies.map((policy, at) => ({
        namespace: 'shop',
        name: `policy-${at}`,
        podSelector: app('web'),
        ingress: true,
        rules: [],
        ...policy,
      })),
    ),
  });
}

const block = (cidr: string) => ({ kind: 'block', cidr, except: [] }) as const;
const policies: readonly Change[] = [
  withPolicies({}),
  withPolicies({ rules: [{ from: [], ports: [{ protocol: 'TCP', port: 8_080 }] }] }),
  withPolicies({ rules: [{ from: [], ports: [{ protocol: 'TCP', port: 9_090 }] }] }),
  withPolicies({ rules: [{ from: [block('10.224.0.0/16')], ports: [] }] }),
  withPolicies({ rules: [{ from: [block('0.0.0.0/0')], ports: [] }] }),
  withPolicies({ rules: [{ from: [block('10.224.0.4/32')], ports: [] }] }),
];

function withCilium(serviceTopology: boolean | undefined): Change {
  return (snapshot) => ({
    ...snapshot,
    managedCluster:
      snapshot.managedCluster.kind === 'read'
        ? read({ ...snapshot.managedCluster.value, networkDataplane: 'cilium' })
        : snapshot.managedCluster,
    daemonSets: read([]),
    ...(serviceTopology !== undefined && { ciliumConfig: read({ serviceTopology }) }),
  });
}

/** A pod of the Service on a virtual node, which registers with the label that keeps it out. */
function withVirtualNode(snapshot: ClusterSnapshot): ClusterSnapshot {
  const plain = virtualNode();
  const virtual = { ...plain, labels: new Map([...plain.labels, excluded]) };
  return {
    ...snapshot,
    nodes: read([...valueOr(snapshot.nodes, []), virtual]),
    endpointSlices: read(
      valueOr(snapshot.endpointSlices, []).map((each) =>
        each.service === 'web' && each.addressType === 'IPv4'
          ? {
              ...each,
              endpoints: [
                ...each.endpoints,
                endpoint('web-5d4f7c9b8-podv0', virtual.name, { address: '10.244.8.8' }),
              ],
            }
          : each,
      ),
    ),
    deployments: read(
      valueOr(snapshot.deployments, []).map((each) =>
        each.name === 'web' ? { ...each, replicas: (each.replicas ?? 0) + 1 } : each,
      ),
    ),
  };
}

function withTemplate(changes: Partial<PodSpec>): Change {
  return (snapshot) => ({
    ...snapshot,
    deployments: read(
      valueOr(snapshot.deployments, []).map((each) =>
        each.name === 'web' ? { ...each, podSpec: { ...each.podSpec, ...changes } } : each,
      ),
    ),
  });
}

const port8080 = { name: '', containerPort: 8_080, protocol: 'TCP', hostIp: '' };

/** kube-proxy without a toleration: it cannot run where a taint stands. */
function withStrictProxy(snapshot: ClusterSnapshot): ClusterSnapshot {
  return { ...snapshot, daemonSets: read([kubeProxy({ tolerations: [] })]) };
}

const templates: readonly Change[] = [
  withTemplate({ ports: [{ ...port8080, hostPort: 8_080 }] }),
  withTemplate({ hostNetwork: true, ports: [{ ...port8080, hostPort: 8_080 }] }),
  withTemplate({ requests: { milliCpu: 2_100, memory: 0 } }),
  withTemplate({ requests: { milliCpu: 0, memory: 3e9 } }),
];

function some(changes: readonly Change[], weight: number): fc.Arbitrary<Change> {
  return fc.oneof(
    { weight: 10 - weight, arbitrary: fc.constant(same) },
    { weight, arbitrary: fc.constantFrom(...changes) },
  );
}

/** The small clusters with one or several of these beside. */
export const surrounded: fc.Arbitrary<ClusterSnapshot> = fc
  .tuple(
    faultyClusters,
    fc.oneof({ weight: 6, arbitrary: neighbours }, { weight: 4, arbitrary: fc.constant(same) }),
    some(groups, 3),
    some(policies, 3),
    some([withCilium(undefined), withCilium(true), withCilium(false)], 2),
    some([withVirtualNode], 2),
    some([withStrictProxy], 2),
    some(templates, 3),
  )
  .map(([snapshot, ...changes]) => changes.reduce((each, change) => change(each), snapshot));
