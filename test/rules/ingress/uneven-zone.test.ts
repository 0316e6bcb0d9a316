import { expect } from '@jest/globals';
import { unevenZone } from '../../../shared/rules/ingress/uneven-zone.ts';
import { unread } from '../../../shared/model/index.ts';
import {
  clusterIpService,
  frontendService,
  gatewayClass,
  loadBalancer,
  nicMember,
  node,
  routed,
  sliceOf,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const zone = (name: string, of: string) =>
  node(name, { labels: new Map([['topology.kubernetes.io/zone', `westeurope-${of}`]]) });
const nodes = [zone('user-0', '1'), zone('user-1', '2'), zone('user-2', '2')];

/** Two gateway pods, one in each zone; the backend's pods as given. */
function zoned(
  pods: readonly string[],
  trafficDistribution = 'PreferSameZone',
  gateways: readonly string[] = ['gw-a@user-0', 'gw-b@user-1'],
): SnapshotChanges {
  return routed({
    nodes,
    loadBalancers: [loadBalancer({ members: nodes.map(nicMember), probe: 'kube-proxy' })],
    services: [frontendService('shop', 'web-istio', '20.50.10.30')],
    ingresses: [],
    clusterIpServices: [clusterIpService('app', { trafficDistribution })],
    endpointSlices: [sliceOf('app', pods), sliceOf('web-istio', gateways)],
  });
}

const found = (cause: string) =>
  ({ subject: 'Service shop/app', severity: 'medium', causes: [cause] }) as const;

describeRule(unevenZone, {
  fires: [
    {
      name: 'by node: one pod has a gateway pod for itself, two share another, one gets nothing',
      given: zoned(
        ['app-a@user-0', 'app-b@user-1', 'app-c@user-1', 'app-d@user-2'],
        'PreferSameNode',
      ),
      finds: [
        {
          ...found('zone-without-gateway'),
          evidence: {
            shares: [
              { pod: 'app-a', share: 0.5 },
              { pod: 'app-b', share: 0.25 },
              { pod: 'app-c', share: 0.25 },
              { pod: 'app-d', share: 0 },
            ],
          },
        },
      ],
    },
    {
      name: 'one pod has a zone for itself, three share the other',
      given: zoned(['app-a@user-0', 'app-b@user-1', 'app-c@user-1', 'app-d@user-2']),
      finds: [
        {
          ...found('few-pods-in-zone'),
          evidence: {
            zones: [
              { zone: 'westeurope-1', entering: 0.5, pods: 1 },
              { zone: 'westeurope-2', entering: 0.5, pods: 3 },
            ],
            shares: [
              { pod: 'app-a', share: 0.5 },
              { pod: 'app-b', share: expect.closeTo(1 / 6) },
              { pod: 'app-c', share: expect.closeTo(1 / 6) },
              { pod: 'app-d', share: expect.closeTo(1 / 6) },
            ],
          },
        },
      ],
    },
    {
      name: 'every gateway pod is in one zone: the other zone’s pods get nothing',
      given: zoned(['app-a@user-0', 'app-b@user-1'], 'PreferClose', ['gw-a@user-1', 'gw-b@user-2']),
      finds: [
        {
          ...found('zone-without-gateway'),
          evidence: {
            zones: [
              { zone: 'westeurope-1', entering: 0, pods: 1 },
              { zone: 'westeurope-2', entering: 1, pods: 1 },
            ],
          },
        },
      ],
    },
  ],
  quiet: [
    { name: 'a pod in each zone', given: zoned(['app-a@user-0', 'app-b@user-1']) },
    {
      name: 'a gateway that does not keep to its zone',
      given: {
        ...zoned(['app-a@user-0', 'app-b@user-1', 'app-c@user-1', 'app-d@user-2']),
        gatewayClasses: [gatewayClass('istio', { controllerName: 'example.com/ours' })],
      },
    },
    {
      name: 'no trafficDistribution',
      given: {
        ...zoned(['app-a@user-0', 'app-b@user-1', 'app-c@user-1']),
        clusterIpServices: [clusterIpService('app')],
      },
    },
  ],
  boundary: [
    {
      name: 'twice the share',
      given: zoned(['app-a@user-0', 'app-b@user-1', 'app-c@user-2']),
      finds: [found('few-pods-in-zone')],
    },
    {
      name: 'all pods in one zone: the other zone’s gateway sends to all of them',
      given: zoned(['app-a@user-1', 'app-b@user-2']),
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'the shares of the gateway are not known',
      given: {
        ...zoned(['app-a@user-0', 'app-b@user-1', 'app-c@user-2']),
        loadBalancers: unread('403'),
      },
      why: 'loadBalancers: 403',
    },
    {
      name: 'a gateway pod on a node without a zone',
      given: {
        ...zoned(['app-a@user-0', 'app-b@user-1', 'app-c@user-2']),
        nodes: [...nodes.slice(1), node('user-0', { labels: new Map() })].map((each) =>
          each.name === 'user-0'
            ? {
                ...each,
                labels: new Map([...each.labels].filter(([key]) => !key.includes('zone'))),
              }
            : each,
        ),
      },
      why: 'shop/app: which pods get the connections of its gateway shop/web-istio is not known',
    },
  ],
});
