import { expect, test } from '@jest/globals';
import { unreadyPublished } from '../../../shared/rules/traffic/unready-published.ts';
import type { Endpoint, LoadBalancerService } from '../../../shared/model/index.ts';
import {
  bothPorts,
  cluster,
  endpoint,
  excludedNode,
  loadBalancer,
  nicMember,
  node,
  port443,
  port80,
  service,
  slice,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const medium = {
  subject: 'Service shop/web',
  severity: 'medium',
  causes: ['publish-not-ready-addresses'],
} as const;

/** As the endpoint controller publishes a pod that is not ready. */
function published(name: string, on: string): Endpoint {
  return endpoint(name, on, { ready: true, serving: false });
}

function web(
  endpoints: readonly Endpoint[],
  changes: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  return {
    services: [service({ publishNotReadyAddresses: true, ...changes })],
    endpointSlices: [slice(endpoints)],
  };
}

const half = [endpoint('web-a', 'user-0'), published('web-b', 'user-1')];

describeRule(unreadyPublished, {
  fires: [
    {
      name: 'one of two pods is not ready, and gets half',
      given: web(half),
      finds: [
        {
          ...medium,
          evidence: {
            externalTrafficPolicy: 'Local',
            ports: [{ port: 80, protocol: 'TCP', family: 'IPv4', unreadyPods: 1, share: 0.5 }],
            pods: [{ pod: 'web-b', node: 'user-1', share: 0.5 }],
          },
        },
      ],
    },
    {
      name: 'under Cluster',
      given: {
        ...web(half, { externalTrafficPolicy: 'Cluster' }),
        loadBalancers: [loadBalancer({ members: [nicMember(node('user-0'))], probe: 'node-port' })],
      },
      finds: [{ ...medium, evidence: { ports: [{ share: 0.5 }] } }],
    },
    {
      name: 'no pod is ready: all of it',
      given: web([published('web-a', 'user-0')]),
      finds: [{ ...medium, evidence: { ports: [{ share: 1 }] } }],
    },
    {
      name: 'two ports: one finding',
      given: {
        services: [service({ publishNotReadyAddresses: true, ports: [port80, port443] })],
        loadBalancers: [
          loadBalancer({
            members: [nicMember(node('user-0')), nicMember(node('user-1'))],
            ports: [{ port: 80 }, { port: 443 }],
          }),
        ],
        endpointSlices: [slice(half, { ports: bothPorts })],
      },
      finds: [{ ...medium, evidence: { ports: [{ port: 80 }, { port: 443 }] } }],
    },
  ],
  quiet: [
    { name: 'the healthy cluster', given: {} },
    {
      name: 'every pod is ready',
      given: web([endpoint('web-a', 'user-0'), endpoint('web-b', 'user-1')]),
    },
    {
      name: 'a pod that is not ready, and nobody publishes it',
      given: web(
        [
          endpoint('web-a', 'user-0'),
          endpoint('web-b', 'user-1', { ready: false, serving: false }),
        ],
        { publishNotReadyAddresses: false },
      ),
    },
    {
      name: 'the pod that is not ready has no share',
      given: {
        ...web([endpoint('web-a', 'user-0'), published('web-b', 'spare-0')]),
        nodes: [node('user-0'), excludedNode('spare-0')],
        loadBalancers: [loadBalancer({ members: [nicMember(node('user-0'))] })],
      },
    },
    { name: 'the Service is being deleted', given: web(half, { deleting: true }) },
  ],
  boundary: [
    {
      name: 'a terminating pod that still serves',
      given: web([endpoint('web-a', 'user-0'), endpoint('web-b', 'user-1', { terminating: true })]),
      finds: [],
    },
    {
      name: 'a terminating pod that does not',
      given: web([
        endpoint('web-a', 'user-0'),
        endpoint('web-b', 'user-1', { serving: false, terminating: true }),
      ]),
      finds: [medium],
    },
  ],
  unknown: [
    {
      name: 'another controller serves the Service',
      given: web(half, { loadBalancerClass: 'tailscale' }),
      why: 'shop/web: another controller serves loadBalancerClass tailscale',
    },
  ],
});

test('the fix gives what the pod that is not ready got to the others', () => {
  const outcome = unreadyPublished.run(cluster(web(half)));
  const fixes = outcome.kind === 'checked' ? outcome.faults.flatMap((fault) => fault.fixes) : [];
  const after = { verdict: 'even', lost: 0, shares: { 'web-a': 1 } };
  expect(fixes.map((fix) => fix.after)).toMatchObject([after, after]);
});
