import { expect, test } from '@jest/globals';
import { singleNodeGateway } from '../../../shared/rules/ingress/single-node-gateway.ts';
import { unread } from '../../../shared/model/index.ts';
import {
  cluster,
  httpRoute,
  node,
  routed,
  sliceOf,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const app = sliceOf('app', ['app-a@user-0', 'app-b@user-1']);
const nginx = sliceOf('ingress-nginx-controller', ['n-a@user-0', 'n-b@user-1'], 'ingress-nginx');
const zone = (name: string, of: string) =>
  node(name, { labels: new Map([['topology.kubernetes.io/zone', of]]) });

function pods(...names: readonly string[]): SnapshotChanges {
  return routed({ endpointSlices: [app, nginx, sliceOf('web-istio', names)] });
}

const zoned = {
  nodes: [
    zone('user-0', 'westeurope-1'),
    zone('user-1', 'westeurope-2'),
    zone('user-2', 'westeurope-2'),
  ],
};
const found = (cause: string) =>
  ({ subject: 'Service shop/web-istio', severity: 'medium', causes: [cause] }) as const;

describeRule(singleNodeGateway, {
  fires: [
    {
      name: 'both pods on one node',
      given: pods('gw-a@user-0', 'gw-b@user-0'),
      finds: [
        {
          ...found('one-node'),
          evidence: { nodes: ['user-0'], readyPods: 2, hosts: ['shop.example.com'], hostCount: 1 },
        },
      ],
    },
    {
      name: 'all pods in one zone of two',
      given: { ...pods('gw-a@user-1', 'gw-b@user-2'), ...zoned },
      finds: [{ ...found('one-zone'), evidence: { zones: ['westeurope-2'] } }],
    },
  ],
  quiet: [
    { name: 'on two nodes', given: routed() },
    { name: 'in two zones', given: { ...pods('gw-a@user-0', 'gw-b@user-1'), ...zoned } },
    {
      name: 'a Gateway without a route',
      given: { ...pods('gw-a@user-0'), httpRoutes: [] },
    },
  ],
  boundary: [
    { name: 'a single pod', given: pods('gw-a@user-0'), finds: [found('one-node')] },
    {
      name: 'the pod on the other node is not ready',
      given: pods('gw-a@user-0', '!gw-b@user-1'),
      finds: [found('one-node')],
    },
    {
      name: 'one zone, and the cluster has no other',
      given: {
        ...pods('gw-a@user-0', 'gw-b@user-1'),
        nodes: [zone('user-0', 'westeurope-1'), zone('user-1', 'westeurope-1')],
      },
      finds: [],
    },
    {
      name: 'fault domains are no zones',
      given: {
        ...pods('gw-a@user-0', 'gw-b@user-1'),
        nodes: [zone('user-0', '0'), zone('user-1', '0'), zone('user-2', '1')],
      },
      finds: [],
    },
    {
      name: 'routes of two Gateways are counted each',
      given: {
        ...pods('gw-a@user-0'),
        httpRoutes: [httpRoute('web'), httpRoute('b', { hostnames: ['b.example.com'] })],
      },
      finds: [{ ...found('one-node'), evidence: { hostCount: 2 } }],
    },
  ],
  unknown: [
    {
      name: 'the Gateway API was not read',
      given: routed({ gateways: unread('403') }),
      why: 'gateways: 403',
    },
  ],
});

test.each([
  { on: ['gw-a@user-0'], fixes: ['Run two or more replicas'] },
  {
    on: ['gw-a@user-0', 'gw-b@user-0'],
    fixes: ['Spread the pods over nodes (hard topology spread constraint in the pod template)'],
  },
])('a fix changes where pods run: $on', ({ on, fixes }) => {
  const outcome = singleNodeGateway.run(cluster(pods(...on)));
  const faults = outcome.kind === 'checked' ? outcome.faults : [];
  expect(faults.map((fault) => fault.fixes.map(({ title }) => title))).toEqual([fixes]);
});
