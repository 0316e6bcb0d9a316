import { describe, expect, test } from '@jest/globals';
import { findFaults, subjectText } from '../../../shared/findings/index.ts';
import { armId, type LoadBalancerService } from '../../../shared/model/index.ts';
import { allRules } from '../../../shared/rules/index.ts';
import {
  azure,
  cluster,
  endpoint,
  configuration,
  loadBalancer,
  managedCluster,
  node,
  nodeGroup,
  port80,
  service,
  slice,
  subscription,
  type SnapshotChanges,
} from '../../builders/index.ts';

interface Row {
  readonly what: string;
  /** Of the Service that is pending. */
  readonly pending: Partial<LoadBalancerService>;
  readonly around?: SnapshotChanges;
  /** The one finding, with or without an event. */
  readonly rule: string;
  /** Text of the event. */
  readonly says?: string;
}

const annotated = (annotations: Readonly<Record<string, string>>) => ({
  annotations: azure(annotations),
});
const internal = { 'azure-load-balancer-internal': 'true' };
const pods = [endpoint('web-a', 'user-0'), endpoint('web-b', 'user-1')];
const older = service({ name: 'api', uid: 'b4d58688-8290-4cc5-b7c5-05c3030250d0' });
const younger = {
  ingressIps: [],
  createdAt: '2026-11-02T00:00:00Z',
  loadBalancerIp: '20.50.10.10',
};
const { nodePort: _nodePort, ...bare } = port80;
const bySets: SnapshotChanges = {
  managedCluster: managedCluster({ loadBalancerSku: 'basic' }),
  loadBalancers: [],
};

/** Causes that follow from the objects. */
const proven: readonly Row[] = [
  {
    what: 'a public IP that does not exist, by name',
    pending: annotated({ 'azure-pip-name': 'nowhere' }),
    rule: 'service/public-ip-unusable',
  },
  {
    what: 'a static IP that does not exist',
    pending: { loadBalancerIp: '20.50.10.99' },
    rule: 'service/public-ip-unusable',
  },
  {
    what: 'an idle timeout in seconds',
    pending: annotated({ 'azure-load-balancer-tcp-idle-timeout': '240' }),
    rule: 'service/idle-timeout-invalid',
  },
  {
    what: 'a probe interval out of range',
    pending: annotated({ 'azure-load-balancer-health-probe-interval': '1' }),
    rule: 'probe/invalid-settings',
  },
  {
    what: 'no node ports, and a probe that needs one',
    pending: {
      allocateLoadBalancerNodePorts: false,
      externalTrafficPolicy: 'Cluster',
      ports: [bare],
    },
    rule: 'service/node-ports-disabled',
  },
  {
    what: 'ranges in the spec and in an annotation',
    pending: {
      loadBalancerSourceRanges: ['10.0.0.0/8'],
      ...annotated({ 'azure-allowed-ip-ranges': '20.0.0.0/8' }),
    },
    rule: 'service/conflicting-source-ranges',
  },
  {
    what: 'a port that another Service has on the address',
    pending: younger,
    around: {
      services: [older, service(younger)],
      publicIpAddresses: [
        {
          id: armId(
            `/subscriptions/${subscription}/resourceGroups/${nodeGroup}/providers/Microsoft.Network/publicIPAddresses/front`,
          ),
          name: 'front',
          resourceGroup: nodeGroup.toLowerCase(),
          sku: 'Standard',
          address: '20.50.10.10',
          tags: new Map(),
        },
      ],
    },
    rule: 'service/port-conflict',
  },
  {
    what: 'SCTP',
    pending: { ports: [{ ...port80, protocol: 'SCTP' }] },
    around: {
      endpointSlices: [slice(pods, { ports: [{ name: 'http', port: 8080, protocol: 'SCTP' }] })],
    },
    rule: 'service/unsupported-protocol',
  },
  {
    what: 'a Private Link Service of IPv6',
    pending: { ipFamilies: ['IPv6'], ...annotated({ 'azure-pls-create': 'true', ...internal }) },
    around: {
      endpointSlices: [
        slice(
          pods.map((each, index) => ({ ...each, address: `fd00::${index + 1}` })),
          { addressType: 'IPv6' },
        ),
      ],
    },
    rule: 'service/private-link-unsupported',
  },
  {
    what: 'a configuration that does not exist',
    pending: annotated({ 'azure-load-balancer-configurations': 'nowhere' }),
    around: { loadBalancerConfigurations: [configuration('kubernetes', 'system')] },
    rule: 'multi-lb/unknown-configuration',
  },
  {
    what: 'configurations that take no Service',
    pending: {},
    around: {
      loadBalancerConfigurations: [
        configuration('kubernetes', 'system', { allowServicePlacement: false }),
      ],
    },
    rule: 'multi-lb/no-eligible-load-balancer',
  },
  {
    what: 'a VM set that does not exist',
    pending: annotated({ 'azure-load-balancer-mode': 'nowhere' }),
    around: bySets,
    rule: 'load-balancer/mode-annotation-unknown-set',
  },
];

/** What only an event says. */
const byEvent: readonly Row[] = [
  { what: 'an internal subnet that does not exist', says: 'Code="SubnetNotFound"' },
  { what: 'a full subnet', says: 'Code="SubnetIsFull"' },
  { what: 'an address out of the subnet', says: 'Code="PrivateIPAddressNotInSubnet"' },
  { what: 'an address in use', says: 'Code="PrivateIPAddressIsAllocated"' },
].map((each) => ({
  ...each,
  pending: annotated({ ...internal, 'azure-load-balancer-internal-subnet': 'apps' }),
  rule: 'service/sync-failed',
}));

const byEventPublic: readonly Row[] = [
  { what: 'a quota of public addresses', says: 'Code="PublicIPCountLimitReached"' },
  { what: 'a right that is missing', says: 'Code="AuthorizationFailed"' },
  { what: 'a policy that denies', says: 'Code="RequestDisallowedByPolicy"' },
  { what: 'something that nobody knows', says: 'Sorry.' },
].map((each) => ({ ...each, pending: {}, rule: 'service/sync-failed' }));

function pendingIn({ pending, around = {} }: Row, events: SnapshotChanges): SnapshotChanges {
  return {
    loadBalancers: [loadBalancer({ members: [], ports: [] })],
    services: [service({ ingressIps: [], ...pending })],
    nodes: ['system-0', 'user-0', 'user-1'].map((name) => node(name)),
    ...around,
    ...events,
  };
}

function found(changes: SnapshotChanges) {
  return findFaults(cluster(changes), allRules).findings.filter(
    ({ subject, severity }) =>
      subjectText(subject) === 'shop/web' && severity !== 'low' && severity !== 'info',
  );
}

function failed(message: string): SnapshotChanges {
  const lastSeen = '2026-11-23T05:55:00Z';
  const reason = 'SyncLoadBalancerFailed';
  return {
    serviceEvents: [
      { namespace: 'shop', service: 'web', reason, type: 'Warning', message, lastSeen },
    ],
  };
}

describe('a pending Service has one finding, with cause, event and remedy', () => {
  test.each([...proven, ...byEvent, ...byEventPublic])('$what', (row) => {
    const said = row.says ?? 'Error: it cannot be so';
    const findings = found(pendingIn(row, failed(`Error syncing load balancer: ${said}`)));
    expect(findings.map(({ rule }) => rule)).toEqual([row.rule]);
    const [finding] = findings;
    expect(JSON.stringify(finding?.evidence['events'])).toContain('SyncLoadBalancerFailed');
    expect(finding?.evidence['events']).toMatchObject([{ message: expect.stringContaining(said) }]);
    expect(finding?.fixes.length).toBeGreaterThan(0);
  });

  test.each([...proven])('$what, without an event', (row) => {
    const findings = found(pendingIn(row, {}));
    expect(findings.map(({ rule }) => rule)).toEqual([row.rule]);
    expect(findings[0]?.evidence).not.toHaveProperty('events');
  });

  test('without cause or event it says so', () => {
    const row: Row = { what: '', pending: {}, rule: '' };
    expect(found(pendingIn(row, {})).map(({ rule }) => rule)).toEqual(['service/no-address']);
  });
});
