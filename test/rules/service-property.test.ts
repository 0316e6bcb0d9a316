import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unknownRules } from '../../shared/findings/unknown-rules.ts';
import { knownAnnotations, knownPortAnnotations } from '../../shared/load-balancing/index.ts';
import { armId, type LoadBalancerService, type ServiceEvent } from '../../shared/model/index.ts';
import { allRules } from '../../shared/rules/index.ts';
import {
  cluster,
  endpoint,
  loadBalancer,
  nicMember,
  node,
  port443,
  port80,
  service,
  slice,
  type SnapshotChanges,
} from '../builders/index.ts';
import { silentOf } from './silent.ts';
import { expectSound } from './sound.ts';
import { runsOf } from '../support/long.ts';

const prefix = 'service.beta.kubernetes.io/';

const keys = [
  ...knownAnnotations.map(({ name }) => prefix + name),
  ...knownPortAnnotations.flatMap(({ name }) => [
    `${prefix}port_80_${name}`,
    `${prefix}port_443_${name}`,
    `${prefix}port_31000_${name}`,
  ]),
  `${prefix}azure-loadbalancer-internal`,
  `${prefix}port_http_no_lb_rule`,
  `${prefix}azure-${'x'.repeat(280)}`,
  'service.kubernetes.io/azure-pip-name',
  'evenkeel.dev/needs-source-ip',
];

const values = [
  'true',
  'True',
  ' true',
  'false',
  '',
  ' ',
  '0',
  '5',
  '80',
  '240',
  '10256',
  '-1',
  '4.5',
  'http',
  'HTTPS',
  'grpc',
  '/healthz',
  '10.0.0.0/8',
  '10.1.2.3/8',
  '203.0.113.7,2001:db8::1,office',
  '20.50.10.10',
  'front',
  `it's <b>$(id)</b>`,
  'two\nlines\tand more',
  'x'.repeat(1000),
];

const eventReasons = ['SyncLoadBalancerFailed', 'EnsuredLoadBalancer', 'ListLoadBalancers', 'Odd'];

const anyEvent: fc.Arbitrary<ServiceEvent> = fc.record({
  namespace: fc.constant('shop'),
  service: fc.constantFrom('web', 'api', 'gone'),
  reason: fc.constantFrom(...eventReasons),
  type: fc.constantFrom('Warning', 'Normal'),
  message: fc.constantFrom(...values),
  lastSeen: fc.constantFrom('', 'yesterday', '2026-11-23T05:00:00Z', '2026-11-23T05:30:00Z'),
});

function anyService(name: string, uid: string): fc.Arbitrary<LoadBalancerService> {
  return fc
    .record({
      annotations: fc.uniqueArray(fc.tuple(fc.constantFrom(...keys), fc.constantFrom(...values)), {
        maxLength: 6,
        selector: ([key]) => key,
      }),
      externalTrafficPolicy: fc.constantFrom('Local', 'Cluster'),
      sessionAffinity: fc.constantFrom('None', 'ClientIP'),
      publishNotReadyAddresses: fc.boolean(),
      allocateLoadBalancerNodePorts: fc.boolean(),
      ipFamilies: fc.constantFrom(...([['IPv4'], ['IPv6'], ['IPv4', 'IPv6']] as const)),
      ports: fc.constantFrom(
        [port80],
        [port80, port443],
        [{ ...port80, protocol: 'SCTP' }],
        [{ name: '', protocol: 'UDP', port: 53 }],
        [{ name: 'h', protocol: 'TCP', port: 80, appProtocol: 'http' }],
        [{ name: 'g', protocol: 'TCP', port: 443, appProtocol: 'kubernetes.io/h2c' }],
      ),
      ingressIps: fc.constantFrom([], ['20.50.10.10']),
      loadBalancerSourceRanges: fc.constantFrom([], ['10.0.0.0/8'], ['office', '10.1.2.3/8']),
      createdAt: fc.constantFrom('2026-11-01T00:00:00Z', '2026-11-23T05:59:00Z', 'nonsense'),
      loadBalancerIp: fc.constantFrom('', '20.50.10.10', '10.0.0.9', 'x'),
    })
    .map(({ annotations, ...rest }) =>
      service({ name, uid, annotations: new Map(annotations), ...rest }),
    );
}

const anyCluster: fc.Arbitrary<SnapshotChanges> = fc
  .record({
    web: anyService('web', 'a4d58688-8290-4cc5-b7c5-05c3030250d0'),
    api: anyService('api', 'b4d58688-8290-4cc5-b7c5-05c3030250d0'),
    serviceEvents: fc.array(anyEvent, { maxLength: 4 }),
    sku: fc.constantFrom('standard', 'standard', 'basic'),
    probe: fc.constantFrom('health-check' as const, 'node-port' as const, 'none' as const, {
      name: 'cluster-service-shared-health-probe',
      protocol: 'http',
      port: 10_256,
    }),
    hosts: fc.constantFrom(['user-0', 'user-0'], ['user-0', 'user-1'], ['user-0']),
    serving: fc.boolean(),
  })
  .map(({ web, api, serviceEvents, sku, probe, hosts, serving }) => {
    const nodes = [node('user-0'), node('user-1')];
    return {
      nodes,
      services: [web, api],
      serviceEvents,
      loadBalancers: [
        loadBalancer({
          sku,
          members: nodes.map(nicMember),
          probe,
          ports: web.ports.map(({ port, protocol }) => ({
            port,
            protocol: protocol.toLowerCase(),
          })),
        }),
      ],
      publicIpAddresses: [
        {
          id: armId('/subscriptions/s/resourceGroups/net/providers/x/publicIPAddresses/front'),
          name: 'front',
          resourceGroup: 'net',
          sku: 'Standard',
          tags: new Map(),
        },
      ],
      endpointSlices: [
        slice(
          hosts.map((host, at) => endpoint(`web-${at}`, host, { serving })),
          {
            ports: web.ports.map(({ name, protocol }) => ({ name, protocol, port: 8080 })),
          },
        ),
      ],
    };
  });

const families = ['probe', 'service', 'traffic'];
const ours = allRules.filter(({ meta }) => families.includes(meta.id.split('/')[0] ?? ''));
const settings = { numRuns: runsOf(200, 20), seed: 20261123 };

describe('rules over Services of any shape', () => {
  test.each(ours.map((rule) => ({ id: rule.meta.id, rule })))(
    '$id: whatever it finds is sound, and nothing makes it throw',
    ({ rule }) => {
      fc.assert(
        fc.property(anyCluster, (changes) => {
          const outcome = rule.run(cluster(changes));
          if (outcome.kind === 'checked') expectSound(rule, outcome.faults);
          const reasons = unknownRules(rule, outcome).map(({ why }) => why);
          expect(reasons.filter((why) => /undefined|NaN|^\s*$/u.test(why))).toEqual([]);
        }),
        settings,
      );
    },
  );

  test('the shapes are of every kind: nearly every rule fires on some', () => {
    // Every pod of these shapes is on a backend, none is hinted away, and no neighbour has a Private Link Service.
    const outOfReach = [
      'probe/proxy-protocol-neighbour',
      'service/internal-local-gap', // There is no ClusterIP Service.
      'traffic/probe-disagrees', // Azure is not asked about these.
      'traffic/starved-endpoints',
      'traffic/uneven-share',
    ];
    expect(silentOf(anyCluster, ours, outOfReach)).toEqual(outOfReach);
  });
});
