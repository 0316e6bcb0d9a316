import { describe, expect, test } from '@jest/globals';
import { localPoolDrift } from '../../shared/rules/multi-lb/local-pool-drift.ts';
import { disabled } from '../../shared/rules/probe/disabled.ts';
import { unserved } from '../../shared/rules/ingress/unserved.ts';
import { eligibleNodeMissing } from '../../shared/rules/backend/eligible-node-missing.ts';
import type { Rule } from '../../shared/rules/index.ts';
import { nodeOnNoLoadBalancer } from '../../shared/rules/multi-lb/node-on-no-load-balancer.ts';
import { policyBlocksClients } from '../../shared/rules/network/policy-blocks-clients.ts';
import { mayLandOutsideBackends } from '../../shared/rules/placement/may-land-outside-backends.ts';
import { systemPoolNotIsolated } from '../../shared/rules/placement/system-pool-not-isolated.ts';
import { untoleratedTaint } from '../../shared/rules/placement/untolerated-taint.ts';
import { ruleDrift } from '../../shared/rules/service/rule-drift.ts';
import { noTraffic } from '../../shared/rules/traffic/no-traffic.ts';
import { probeDisagrees } from '../../shared/rules/traffic/probe-disagrees.ts';
import { starvedEndpoints } from '../../shared/rules/traffic/starved-endpoints.ts';
import { serviceKey, type SecurityRule } from '../../shared/model/index.ts';
import {
  allowWeb,
  apart as apartFrom,
  azure,
  backendHealth,
  cluster,
  configuration,
  dualStack,
  endpoint,
  excludedNode,
  httpRoute,
  ipMember,
  ipv6Member,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  nodePool,
  pinned,
  routed,
  ruleHealth,
  service,
  securityGroup,
  securityRule,
  slice,
  taint,
  virtualNode,
  workload,
  type SnapshotChanges,
} from '../builders/index.ts';

const isolating = { key: 'CriticalAddonsOnly', operator: 'Exists', value: '', effect: '' };
const user = node('user-0');
const other = node('user-1');
const nodes = [node('system-0'), user, other];
const apart = [slice([endpoint('web-a', 'user-0'), endpoint('web-b', 'user-1')])];
const toCluster = service({ externalTrafficPolicy: 'Cluster' });

/** What a rule says of a cluster, and the fixes with what they predict. */
function said(rule: Rule, given: SnapshotChanges) {
  const outcome = rule.run(cluster(given));
  const faults = outcome.kind === 'checked' ? outcome.faults : [];
  return {
    messages: faults.map(({ message }) => message).join('\n'),
    fixes: faults.flatMap(({ fixes }) =>
      fixes.map(({ title, after }) => `${title}: ${after?.verdict ?? 'no prediction'}`),
    ),
  };
}

/** What the controller of Gateway `shop/web` says of a route. */
const refusedByWeb = {
  parent: { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'shop', name: 'web' },
  controllerName: 'istio.io/gateway-controller',
  conditions: [{ type: 'Accepted', status: 'False', reason: 'NoMatchingParent', message: '' }],
};

/** Each backend is down for a reason code of its own. */
function manyReasons(count: number): SnapshotChanges {
  const many = Array.from({ length: count }, (_, at) => node(`user-${at}`));
  return {
    nodes: many,
    loadBalancers: [loadBalancer({ members: many.map(nicMember) })],
    endpointSlices: [slice(many.map(({ name }) => endpoint(`web-${name}`, name)))],
    backendHealth: [ruleHealth(many.map((each, at) => backendHealth(each, `Down_Other_${at}`)))],
  };
}

interface Row {
  readonly name: string;
  readonly rule: Rule;
  readonly given: SnapshotChanges;
  readonly says: string;
  readonly never: readonly string[];
}

const clash = loadBalancer({ members: [ipMember(other)], poolName: 'shop-web' });

/** Fixes of a Cluster Service with a probe on its node port, behind these rules. */
function fixesBehind(rules: readonly SecurityRule[]): readonly string[] {
  return said(noTraffic, {
    nodes: [user, other],
    services: [toCluster],
    endpointSlices: apart,
    securityGroups: [securityGroup([allowWeb(), ...rules])],
    loadBalancers: [
      loadBalancer({
        members: [nicMember(user), nicMember(other)],
        probe: { name: 'own', port: 30_080, protocol: 'tcp' },
      }),
    ],
  }).fixes;
}

describe('findings say what is true of the state', () => {
  test.each<Row>([
    {
      name: 'a node without a pod in the pool of a Local Service whose rule has no probe',
      rule: localPoolDrift,
      given: {
        services: [service({ annotations: azure({ port_80_no_probe_rule: 'true' }) })],
        loadBalancerConfigurations: [configuration('kubernetes', 'system')],
        endpointSlices: [slice([endpoint('web-a', 'user-0')])],
        loadBalancers: [
          loadBalancer({
            members: [user, other].map(ipMember),
            poolName: 'shop-web',
            probe: 'none',
          }),
        ],
      },
      says: 'with another probe, or none, they are lost there',
      never: ['the probe keeps connections away from it'],
    },
    {
      name: 'no probe on a Local Service of several load balancers: its pool has no node without a pod',
      rule: disabled,
      given: {
        services: [service({ annotations: azure({ port_80_no_probe_rule: 'true' }) })],
        loadBalancerConfigurations: [configuration('kubernetes', 'system')],
        loadBalancers: [
          loadBalancer({
            members: [user, other].map(ipMember),
            poolName: 'shop-web',
            probe: 'none',
          }),
        ],
      },
      says: 'including dead nodes and nodes whose pods are not ready',
      never: ['without a pod'],
    },
    {
      name: 'a route that its Gateway has not accepted, both of one name',
      rule: unserved,
      given: routed({
        httpRoutes: [httpRoute('web', { parentStatuses: [refusedByWeb] })],
      }),
      says: 'HTTPRoute shop/web because Gateway shop/web has not accepted it',
      never: ['because shop/web'],
    },
    {
      name: 'a reason code of its own for each of 40 backends: five are named',
      rule: probeDisagrees,
      given: manyReasons(40),
      says: 'Down_Other_12 for 1 backend and 35 more reasons. Compare the probe with what listens on the node, and check the NSGs on the path. First seen',
      never: ['Down_Other_13'],
    },
    {
      name: 'a pool without members is no matter of nodes',
      rule: noTraffic,
      given: {
        nodes,
        services: [toCluster],
        loadBalancers: [loadBalancer({ members: [], probe: 'node-port' })],
      },
      says: 'The backend pool of the rule has no members.',
      never: ['All backends of the load balancer are down', 'NotReady'],
    },
    {
      name: 'Cluster, and every member is NotReady: nodes are to be looked at',
      rule: noTraffic,
      given: {
        nodes: [node('user-0', { ready: 'false' }), other],
        services: [toCluster],
        endpointSlices: [slice([endpoint('web-b', 'user-1')])],
        loadBalancers: [loadBalancer({ members: [nicMember(user)], probe: 'node-port' })],
      },
      says: 'All backends of the load balancer are down.',
      never: ['has no members'],
    },
    {
      name: 'IPv6, and the node has no address of it',
      rule: starvedEndpoints,
      given: {
        nodes: [user, node('user-1', { internalIps: ['10.0.0.5', 'fd00::5'] })],
        services: [service({ ipFamilies: ['IPv6'] })],
        endpointSlices: [
          slice(
            [
              endpoint('web-a', 'user-0', { address: 'fd00::a' }),
              endpoint('web-b', 'user-1', { address: 'fd00::b' }),
            ],
            { addressType: 'IPv6' },
          ),
        ],
        loadBalancers: [
          loadBalancer({
            poolName: 'kubernetes-IPv6',
            members: [ipv6Member(node('user-1', { internalIps: ['10.0.0.5', 'fd00::5'] }))],
            probe: 'health-check',
          }),
        ],
      },
      says: 'has no internal IPv6 address',
      never: ['does not show why'],
    },
    {
      name: 'the label that keeps a node out is named',
      rule: starvedEndpoints,
      given: {
        nodes: [
          user,
          node('user-1', { labels: new Map([['kubernetes.azure.com/managed', 'false']]) }),
        ],
        loadBalancers: [loadBalancer({ members: [nicMember(user)] })],
      },
      says: 'kubernetes.azure.com/managed=false',
      never: ['does not show why'],
    },
    {
      name: 'so is another resource group',
      rule: starvedEndpoints,
      given: {
        nodes: [
          user,
          node('user-1', {
            labels: new Map([
              ['kubernetes.azure.com/cluster', 'MC_rg_aks_westeurope'],
              ['kubernetes.azure.com/resource-group', 'other'],
            ]),
          }),
        ],
        loadBalancers: [loadBalancer({ members: [nicMember(user)] })],
      },
      says: 'in another resource group',
      never: ['does not show why'],
    },
    {
      name: 'a member that somebody set down fails no probe',
      rule: starvedEndpoints,
      given: {
        nodes,
        loadBalancers: [
          loadBalancer({ members: [nicMember(user), { ...nicMember(other), adminState: 'down' }] }),
        ],
      },
      says: 'admin state',
      never: ['fails the health probe'],
    },
    {
      name: 'no Service with Local is there to lose',
      rule: eligibleNodeMissing,
      given: {
        nodes,
        services: [toCluster],
        loadBalancers: [loadBalancer({ members: [nicMember(user)] })],
      },
      says: 'No connections enter through',
      never: ['get no new connections from Services with Local'],
    },
    {
      name: 'nobody is a member: no node is there to reach the pods through',
      rule: eligibleNodeMissing,
      given: {
        nodes,
        services: [toCluster],
        loadBalancers: [loadBalancer({ members: [], probe: 'node-port' })],
      },
      says: 'No connections reach Services through pool kubernetes/kubernetes',
      never: ['through the nodes in the pool', 'No connections enter through'],
    },
    {
      name: 'one pool is empty, the other has a member',
      rule: eligibleNodeMissing,
      given: {
        nodes,
        services: [service({ externalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4', 'IPv6'] })],
        loadBalancers: [dualStack([nicMember(user)], [], { probe: 'node-port' })],
      },
      says: 'No connections reach Services through pool kubernetes/kubernetes-IPv6',
      never: ['through pools'],
    },
    {
      name: 'several load balancers, and nobody is a member of any',
      rule: nodeOnNoLoadBalancer,
      given: {
        nodes: [user],
        services: [toCluster],
        loadBalancerConfigurations: [
          configuration('kubernetes', 'system', {
            nodeSelector: { matchLabels: new Map([['a', 'b']]), matchExpressions: [] },
          }),
        ],
        loadBalancers: [loadBalancer({ members: [], probe: 'node-port' })],
      },
      says: 'no pool has a member that could take them',
      never: ['reached through'],
    },
    {
      name: 'one node of a pool is kept out, not the pool',
      rule: mayLandOutsideBackends,
      given: {
        nodes: [excludedNode('user-0'), other],
        loadBalancers: [loadBalancer({ members: [nicMember(other)] })],
        deployments: [workload()],
        endpointSlices: [],
      },
      says: 'on node user-0 gets no new connections because the node cannot be a backend',
      never: ['on pool user'],
    },
    {
      name: 'another Service took the pool of the same name',
      rule: noTraffic,
      given: {
        nodes,
        loadBalancerConfigurations: [configuration('kubernetes', 'system')],
        endpointSlices: [slice([endpoint('web-a', 'user-0')])],
        loadBalancers: [
          {
            ...clash,
            rules: clash.rules.flatMap((rule) => [
              rule,
              {
                ...rule,
                id: `${rule.id}x` as typeof rule.id,
                name: 'of-another',
                frontendPort: 81,
              },
            ]),
          },
        ],
      },
      says: 'missing from the Service’s own backend pool',
      never: ['when its pods moved', 'Trigger a reconcile'],
    },
  ])('$rule.meta.id: $name', ({ rule, given, says, never }) => {
    const { messages, fixes } = said(rule, given);
    expect(messages).toContain(says);
    for (const text of never) expect([messages, ...fixes].join('\n')).not.toContain(text);
  });

  test('a node that the probe of another Service leaves out is not looked for among NotReady ones', () => {
    const key = 'port_80_health-probe_port';
    const { fixes } = said(starvedEndpoints, {
      nodes,
      services: [
        service({ annotations: azure({ [key]: '32600' }) }),
        service({
          name: 'b',
          uid: 'b0000000-0000-4000-8000-000000000000',
          healthCheckNodePort: 32_600,
        }),
      ],
      endpointSlices: [
        ...apart,
        { ...slice([endpoint('b-a', 'user-1')]), service: 'b', name: 'b-1' },
      ],
      loadBalancers: [
        loadBalancer({
          members: nodes.map(nicMember),
          probe: { name: 'own', port: 32_600, protocol: 'http' },
        }),
      ],
    });
    expect(fixes.length).toBeGreaterThan(0);
    expect(fixes.join()).not.toContain('NotReady');
  });

  test('a virtual node keeps the label that keeps it out', () => {
    const plain = virtualNode();
    const virtual = {
      ...plain,
      labels: new Map([
        ...plain.labels,
        ['node.kubernetes.io/exclude-from-external-load-balancers', 'true'],
      ]),
    };
    const { fixes } = said(starvedEndpoints, {
      nodes: [user, virtual],
      endpointSlices: [slice([endpoint('web-a', 'user-0'), endpoint('web-v', virtual.name)])],
      loadBalancers: [loadBalancer({ members: [nicMember(user)] })],
    });
    expect(fixes.length).toBeGreaterThan(0);
    expect(fixes.join('\n')).not.toContain('exclude label');
  });

  test.each([
    { probe: 'none', spared: false },
    { probe: 'health-check', spared: true },
  ] as const)(
    'a Service with probe $probe in the same pool decides whether a fix may add nodes to it',
    ({ probe, spared }) => {
      const own = loadBalancer({ members: [nicMember(user)] });
      const uid = 'b0000000-0000-0000-0000-000000000001';
      const beside = loadBalancer({ key: serviceKey(uid), ports: [{ port: 81 }], probe });
      const api = service({
        name: 'api',
        uid,
        ports: [{ name: 'http', protocol: 'TCP', port: 81, nodePort: 30_081 }],
        ingressIps: ['20.50.10.11'],
      });
      const { fixes } = said(starvedEndpoints, {
        nodes: [user, other],
        services: [service(), api],
        endpointSlices: [
          ...apart,
          { ...slice([endpoint('api-a', 'user-0')]), service: 'api', name: 'api-1' },
        ],
        loadBalancers: [
          {
            ...own,
            frontends: [...own.frontends, ...beside.frontends],
            rules: [...own.rules, ...beside.rules],
            probes: [...own.probes, ...beside.probes],
          },
        ],
      });
      expect(fixes.some((fix) => fix.includes('Trigger a reconcile'))).toBe(spared);
    },
  );

  test('Local is no cure where a security group keeps probes from node ports', () => {
    const denied = securityRule('deny', {
      allow: false,
      sources: ['AzureLoadBalancer'],
      destinationPorts: ['30000-32767'],
    });
    expect(fixesBehind([denied]).join()).not.toContain('externalTrafficPolicy: Local');
  });

  test.each([
    { on: 'sku=gpu:NoSchedule', offers: true },
    { on: 'CriticalAddonsOnly=true:NoSchedule', offers: false },
    { on: 'virtual-kubelet.io/provider=azure:NoSchedule', offers: false },
  ])('a toleration of $on is proposed only where pods of users belong', ({ on, offers }) => {
    const { messages, fixes } = said(untoleratedTaint, {
      nodes: [node('gpu-0', { taints: [taint(on)] })],
      systemPods: [],
      deployments: [workload()],
      endpointSlices: [slice([endpoint('web-5d4f-a', 'gpu-0')])],
    });
    expect(messages).not.toBe('');
    expect(fixes.some((fix) => fix.startsWith('Tolerate'))).toBe(offers);
  });

  test.each([
    {
      name: 'no other pool has its label',
      spec: pinned('system'),
      pending: 'after a restart, 2 pods stay Pending',
    },
    {
      name: 'the other pool has one node for two that keep apart',
      spec: apartFrom('web'),
      pending: 'after a restart, 1 pod stays Pending',
    },
    { name: 'the other pool takes them', spec: {}, pending: undefined },
    {
      name: 'it tolerates the taint',
      spec: { ...pinned('system'), tolerations: [isolating] },
      pending: undefined,
    },
    {
      name: 'the other pool grows',
      spec: apartFrom('web'),
      pool: nodePool('user', { autoscaling: true, count: 1, maxCount: 3 }),
      pending: undefined,
    },
  ])('isolating the system pool names the pods that then wait: $name', (row) => {
    const { spec, pending, pool = nodePool('user', { count: 1 }) } = row;
    const outcome = systemPoolNotIsolated.run(
      cluster({
        nodes: [node('system-0'), node('system-1'), user],
        managedCluster: managedCluster({ nodePools: [nodePool('system'), pool] }),
        deployments: [workload({ replicas: 2, spec })],
      }),
    );
    const faults = outcome.kind === 'checked' ? outcome.faults : [];
    const prices = faults.flatMap(({ fixes }) => fixes.flatMap(({ price }) => price)).join('; ');
    expect(faults).toHaveLength(1);
    const wait =
      pending === undefined ? '' : `${pending} because the other pools have no room: shop/web`;
    expect(prices).toContain(wait);
    expect(prices.includes('Pending')).toBe(pending !== undefined);
  });

  test('NetworkPolicies do not guard pods on the network of the host', () => {
    const closed = {
      namespace: 'shop',
      name: 'deny',
      podSelector: { matchLabels: new Map<string, string>(), matchExpressions: [] },
      ingress: true,
      rules: [],
    };
    const given = (hostNetwork: boolean): SnapshotChanges => ({
      managedCluster: managedCluster({ networkPolicy: 'calico' }),
      endpointSlices: [
        slice([endpoint('web-5d4f-aaaaa', 'user-0'), endpoint('web-5d4f-bbbbb', 'user-1')]),
      ],
      deployments: [workload({ replicas: 2, spec: { hostNetwork } })],
      networkPolicies: [closed],
    });
    expect(said(policyBlocksClients, given(false)).messages).not.toBe('');
    expect(said(policyBlocksClients, given(true)).messages).toBe('');
  });

  test('a reconcile brings the status the address that Azure has', () => {
    const balancer = loadBalancer({ members: nodes.map(nicMember) });
    const { fixes } = said(ruleDrift, {
      loadBalancers: [
        {
          ...balancer,
          frontends: balancer.frontends.map(({ publicIpId: _public, ...each }) => ({
            ...each,
            privateIp: '10.224.0.250',
          })),
        },
      ],
    });
    expect(fixes).toEqual(['Trigger a reconcile (annotate the Service): even']);
  });

  test('several load balancers: a reconcile adds no nodes that belong to another one', () => {
    const { messages, fixes } = said(noTraffic, {
      nodes: [user, other],
      services: [toCluster],
      loadBalancerConfigurations: [configuration('kubernetes', 'none'), configuration('b', 'user')],
      loadBalancers: [
        loadBalancer({ members: [], probe: 'node-port' }),
        loadBalancer({ name: 'b', key: 'b', members: [nicMember(user)] }),
      ],
    });
    expect(messages).not.toBe('');
    expect(fixes.join()).not.toContain('Trigger a reconcile');
  });
});
