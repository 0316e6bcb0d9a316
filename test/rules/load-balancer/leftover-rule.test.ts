import { leftoverRule } from '../../../shared/rules/load-balancer/leftover-rule.ts';
import { unread, type LoadBalancer, type ServiceEvent } from '../../../shared/model/index.ts';
import {
  clusterIpService,
  endpoint,
  loadBalancer,
  nicMember,
  node,
  service,
  slice,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const members = [nicMember(node('user-0')), nicMember(node('user-1'))];
const goneKey = `a${'3'.repeat(31)}`;

/** The load balancer of `shop/web` with a rule for a port of a Service that is gone. */
function withLeftover(port = 443, key = goneKey): LoadBalancer {
  const own = loadBalancer({ members });
  const other = loadBalancer({ key, ports: [{ port }], probe: 'node-port' });
  return {
    ...own,
    frontends: [
      ...own.frontends,
      ...other.frontends.map((each) => ({ ...each, privateIp: '10.0.0.9' })),
    ],
    rules: [...own.rules, ...other.rules],
    probes: [...own.probes, ...other.probes],
  };
}

const waiting = service({
  name: 'new',
  uid: '99999999-2222-3333-4444-555555555555',
  ingressIps: [],
  loadBalancerIp: '10.0.0.9',
  ports: [{ name: '', protocol: 'TCP', port: 443, nodePort: 30_443 }],
});

function event(message: string): ServiceEvent {
  return {
    namespace: 'shop',
    service: 'new',
    reason: 'SyncLoadBalancerFailed',
    type: 'Warning',
    message,
    lastSeen: '2026-11-23T05:00:00Z',
  };
}

const medium = { subject: 'LoadBalancer kubernetes', severity: 'medium' } as const;
const left: SnapshotChanges = { loadBalancers: [withLeftover()] };
const { loadBalancerIp: _unpinned, ...unpinned } = waiting;

const slices = [slice([endpoint('web-a', 'user-0'), endpoint('web-b', 'user-1')])];
const ownedByGone = slice([], {
  name: 'gone-x',
  service: 'gone',
  serviceUid: '33333333-3333-3333-3333-333333333333',
});

describeRule(leftoverRule, {
  fires: [
    { name: 'of no Service', given: left, finds: [{ ...medium, causes: ['leftover'] }] },
    {
      name: 'on the port and address that a new Service wants',
      given: { ...left, services: [service(), waiting] },
      finds: [
        {
          ...medium,
          severity: 'high',
          causes: ['blocks-service'],
          evidence: { blocks: ['shop/new'] },
        },
      ],
    },
    {
      name: 'named by an event',
      given: {
        ...left,
        services: [service(), unpinned],
        serviceEvents: [event(`port 443 is referenced by rule ${goneKey}-TCP-443`)],
      },
      finds: [{ ...medium, severity: 'high', causes: ['blocks-service'] }],
    },
  ],
  quiet: [
    { name: 'every rule has its Service', given: {} },
    {
      name: 'of a Service that is being deleted',
      given: {
        ...left,
        services: [
          service(),
          service({ name: 'old', uid: '33333333-3333-3333-3333-333333333333', deleting: true }),
        ],
      },
    },
    { name: 'a rule of a person', given: { loadBalancers: [withLeftover(443, 'by-hand')] } },
  ],
  boundary: [
    {
      name: 'another port than the new Service wants',
      given: { loadBalancers: [withLeftover(8443)], services: [service(), waiting] },
      finds: [{ ...medium, causes: ['leftover'] }],
    },
    {
      name: 'of a Service that was turned into a ClusterIP Service and still owns a slice',
      given: {
        ...left,
        endpointSlices: [...slices, ownedByGone],
        clusterIpServices: [clusterIpService('gone')],
      },
      finds: [{ ...medium, causes: ['leftover'] }],
    },
  ],
  unknown: [
    {
      name: 'the Service owns an EndpointSlice, so the list of Services lacks it',
      given: { ...left, endpointSlices: [...slices, ownedByGone] },
      why: 'services: the list lacks shop/gone',
    },
    { name: 'Services were not read', given: { services: unread('403') }, why: 'services: 403' },
    { name: 'load balancers were not read', given: { loadBalancers: unread('403') }, why: '403' },
  ],
});
