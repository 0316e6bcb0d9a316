import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unknownRules } from '../../shared/findings/unknown-rules.ts';
import {
  armId,
  unread,
  type LoadBalancerService,
  type NodeSelectorTerm,
  type SecurityGroup,
} from '../../shared/model/index.ts';
import { allRules } from '../../shared/rules/index.ts';
import {
  cluster,
  endpoint,
  loadBalancer,
  managedCluster,
  nicMember,
  node,
  nodePool,
  nodeSubnet,
  pod,
  podSpec,
  port443,
  port80,
  securityGroup,
  securityRule,
  service,
  slice,
  taint,
  workload,
  type SnapshotChanges,
} from '../builders/index.ts';
import { expectSound } from './sound.ts';

const rules = allRules.filter(({ meta }) =>
  [
    'network/nsg-blocks-service',
    'network/nsg-blocks-probe',
    'outbound/snat-ports-exhausted',
    'outbound/automatic-ports-step',
    'placement/unknown-node-label',
    'placement/untolerated-taint',
  ].includes(meta.id),
);

const long = 'x'.repeat(400);
const prefixes = [
  '*',
  'Internet',
  'VirtualNetwork',
  'AzureLoadBalancer',
  'AzureCloud.WestEurope',
  '0.0.0.0/0',
  '10.0.0.0/8',
  '20.50.10.10',
  '203.0.113.0/24',
  '168.63.129.16/32',
  '::/0',
  'nonsense',
  long,
];
const some = fc.oneof(
  fc.constant(['*']),
  fc.uniqueArray(fc.constantFrom(...prefixes), { maxLength: 3 }),
);
const anyRule = fc
  .record({
    name: fc.constantFrom('a', 'k8s-azure-lb_deny-all_IPv4', long, `it's "x"; rm -rf /`),
    allow: fc.boolean(),
    inbound: fc.constantFrom(true, true, true, false),
    priority: fc.integer({ min: 100, max: 4096 }),
    protocol: fc.constantFrom('*', 'tcp', 'udp', 'esp'),
    sources: some,
    destinations: some,
    destinationPorts: fc.constantFrom(['*'], ['80', '443'], ['30000-32767'], ['x'], []),
    usesApplicationGroups: fc.boolean(),
  })
  .map(({ name, ...changes }) => securityRule(name, changes));
const denyAll = fc
  .integer({ min: 100, max: 4096 })
  .map((priority) => securityRule('all', { allow: false, priority }));
const anyGroup: fc.Arbitrary<SecurityGroup> = fc
  .record({
    rules: fc.array(fc.oneof(anyRule, anyRule, denyAll), { maxLength: 5 }),
    subnetIds: fc.constantFrom([nodeSubnet], [nodeSubnet], [armId('/x/subnets/other')], []),
    bare: fc.boolean(),
  })
  .map(({ rules: own, subnetIds, bare }) =>
    securityGroup(own, { subnetIds, ...(bare && { rules: own }) }),
  );

const annotations: readonly (readonly [string, string])[] = [
  ['azure-load-balancer-internal', 'true'],
  ['azure-load-balancer-internal', 'True'],
  ['azure-allowed-service-tags', 'AzureCloud,,Storage'],
  ['azure-allowed-ip-ranges', '203.0.113.0/24,office'],
  ['azure-disable-load-balancer-nsg-rule', 'true'],
];
const anyService: fc.Arbitrary<LoadBalancerService> = fc
  .record({
    externalTrafficPolicy: fc.constantFrom('Local', 'Cluster'),
    ports: fc.constantFrom([port80], [port80, port443], []),
    ipFamilies: fc.constantFrom(...([['IPv4'], ['IPv4', 'IPv6'], ['IPv6']] as const)),
    loadBalancerSourceRanges: fc.constantFrom([], [], ['203.0.113.0/24'], ['0.0.0.0/0'], ['x']),
    chosen: fc.subarray([...annotations], { maxLength: 2 }),
    ingressIps: fc.constantFrom(['20.50.10.10'], []),
  })
  .map(({ chosen, ...changes }) =>
    service({
      ...changes,
      annotations: new Map(
        chosen.map(([key, value]) => [`service.beta.kubernetes.io/${key}`, value] as const),
      ),
    }),
  );

const labels = ['kubernetes.azure.com/agentpool', 'tier', 'kubernetes.io/os', long];
const values = ['user', 'usr', 'system', 'linux', long];
const anyRequirement = fc.oneof(
  fc.record({
    key: fc.constantFrom(...labels),
    operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt', 'Near'),
    values: fc.uniqueArray(fc.constantFrom('7', ...values), { maxLength: 3 }),
  }),
  fc.record({
    key: fc.constant('kubernetes.azure.com/agentpool'),
    operator: fc.constantFrom('In', 'In', 'NotIn'),
    values: fc.uniqueArray(fc.constantFrom(...values), { minLength: 2 }),
  }),
);
const anyTerm: fc.Arbitrary<NodeSelectorTerm> = fc
  .array(anyRequirement, { maxLength: 2 })
  .map((matchExpressions) => ({ matchExpressions, matchFields: [] }));

const anyCount = fc.constantFrom(0, 1, 3, 49, 120);
const anyCluster: fc.Arbitrary<SnapshotChanges> = fc
  .record({
    services: anyService.map((each) => [each]),
    groups: fc.array(anyGroup, { maxLength: 2 }),
    probe: fc.constantFrom(...(['health-check', 'node-port', 'none'] as const)),
    floatingIp: fc.constantFrom(true, true, false),
    count: anyCount,
    maxCount: fc.option(anyCount, { nil: undefined }),
    maxSurge: fc.constantFrom('1', '33%', 'all', '0'),
    ports: fc.constantFrom(0, 0, 1024, 8000),
    onDemand: fc.constantFrom(true, false, false, false),
    required: fc.array(anyTerm, { maxLength: 3 }),
    preferred: anyTerm,
    tainted: fc.constantFrom(true, false, false),
    denied: fc.constantFrom(undefined, undefined, undefined, 'managedCluster', 'daemonSets'),
  })
  .map((given): SnapshotChanges => {
    const taints = given.tainted ? [taint('a=b:NoSchedule'), taint('c:NoExecute')] : [];
    const nodes = [node('system-0', { taints }), node('user-0', { taints }), node('user-1')];
    const whole = loadBalancer({
      members: nodes.map(nicMember),
      probe: given.probe,
      ports: [{ port: 80 }, { port: 443 }],
    });
    const spec = {
      requiredNodeAffinity: given.required,
      preferredNodeAffinity: [{ weight: 1, term: given.preferred }],
    };
    return {
      nodes,
      services: given.services,
      securityGroups: given.groups,
      loadBalancers: [
        {
          ...whole,
          rules: whole.rules.map((rule) => ({ ...rule, floatingIp: given.floatingIp })),
        },
      ],
      endpointSlices: [slice([endpoint('web-5d4f-a', 'user-0'), endpoint('web-5d4f-b', 'user-1')])],
      deployments: [workload({ spec }), workload({ name: 'web-canary', spec })],
      systemPods: [pod('web-5d4f-c', { node: nodes[0]?.name, spec: podSpec() })],
      managedCluster: managedCluster({
        nodeAutoProvisioning: given.onDemand,
        outbound: { allocatedOutboundPorts: given.ports, managedIpCount: 1, effectiveIpIds: [] },
        nodePools: [
          nodePool('system'),
          nodePool('user', {
            count: given.count,
            autoscaling: given.maxCount !== undefined,
            ...(given.maxCount !== undefined && { maxCount: given.maxCount }),
            maxSurge: given.maxSurge,
          }),
        ],
      }),
      ...(given.denied !== undefined && { [given.denied]: unread('403') }),
    };
  });

const settings = { numRuns: 400, seed: 20261123 };

describe('security groups, outbound ports, labels and taints of any shape', () => {
  test.each(rules.map((rule) => ({ id: rule.meta.id, rule })))(
    '$id: whatever it finds is sound, it finds something, and nothing makes it throw',
    ({ rule }) => {
      let found = 0;
      let quiet = 0;
      fc.assert(
        fc.property(anyCluster, (changes) => {
          const outcome = rule.run(cluster(changes));
          const faults = outcome.kind === 'checked' ? outcome.faults : [];
          expectSound(rule, faults);
          const reasons = unknownRules(rule, outcome).map(({ why }) => why);
          expect(reasons.filter((why) => /undefined|NaN|^\s*$/u.test(why))).toEqual([]);
          if (faults.length > 0) found++;
          else if (reasons.length === 0) quiet++;
        }),
        settings,
      );
      expect(found).toBeGreaterThan(5);
      expect(quiet).toBeGreaterThan(5);
    },
  );
});
