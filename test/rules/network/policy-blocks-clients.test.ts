import { expect, test } from '@jest/globals';
import { allRules } from '../../../shared/rules/index.ts';
import { policyBlocksClients } from '../../../shared/rules/network/policy-blocks-clients.ts';
import {
  unread,
  type LoadBalancerService,
  type NetworkPolicy,
  type PolicyPeer,
} from '../../../shared/model/index.ts';
import {
  apart,
  endpoint,
  loadBalancer,
  managedCluster,
  nicMember,
  cluster,
  node,
  securityGroup,
  securityRule,
  service,
  slice,
  workload,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { pairsOf } from '../pairs.ts';
import { describeRule } from '../table.ts';

const nodes = ['user-0', 'user-1'].map((name) => node(name));
const app = (value: string) => ({ matchLabels: new Map([['app', value]]), matchExpressions: [] });

function policy(
  from: readonly PolicyPeer[] | undefined,
  changes: Partial<NetworkPolicy> = {},
): NetworkPolicy {
  return {
    namespace: 'shop',
    name: 'p',
    podSelector: app('web'),
    ingress: true,
    rules: from === undefined ? [] : [{ from, ports: [] }],
    ...changes,
  };
}

const block = (cidr: string): PolicyPeer => ({ kind: 'block', cidr, except: [] });

function guarded(
  networkPolicies: readonly NetworkPolicy[],
  own: Partial<LoadBalancerService> = {},
  more: SnapshotChanges = {},
): SnapshotChanges {
  return {
    managedCluster: managedCluster({ networkPolicy: 'calico' }),
    nodes,
    services: [service(own)],
    endpointSlices: [
      slice([endpoint('web-5d4f-aaaaa', 'user-0'), endpoint('web-5d4f-bbbbb', 'user-1')]),
    ],
    deployments: [workload({ replicas: 2, spec: apart('web') })],
    loadBalancers: [
      loadBalancer({
        members: nodes.map(nicMember),
        probe: own.externalTrafficPolicy === 'Cluster' ? 'node-port' : 'health-check',
      }),
    ],
    networkPolicies,
    ...more,
  };
}

const found = {
  subject: 'Service shop/web',
  severity: 'critical',
  causes: ['policy-blocks-clients'],
} as const;
const nodeRange = block('10.224.0.0/16');
const cilium = { managedCluster: managedCluster({ networkPolicy: 'cilium' }) };
const withCluster = { externalTrafficPolicy: 'Cluster' };

describeRule(policyBlocksClients, {
  fires: [
    { name: 'nobody is let in', given: guarded([policy(undefined)]), finds: [found] },
    {
      name: 'private addresses alone, and the clients come from the Internet',
      given: guarded([policy([block('10.0.0.0/8')])]),
      finds: [found],
    },
    {
      name: 'Cluster: not the nodes',
      given: guarded([policy([block('20.0.0.0/8')])], withCluster),
      finds: [found],
    },
    {
      name: 'a part of the Internet',
      given: guarded([policy([block('20.0.0.0/8')])]),
      finds: [{ ...found, severity: 'low', causes: ['policy-narrows-clients'] }],
    },
  ],
  quiet: [
    { name: 'no policy', given: guarded([]) },
    {
      name: 'nothing enforces them',
      given: guarded(
        [policy(undefined)],
        {},
        { managedCluster: managedCluster({ networkPolicy: 'none' }) },
      ),
    },
    { name: 'for other pods', given: guarded([policy(undefined, { podSelector: app('db') })]) },
    { name: 'everybody is let in', given: guarded([policy([])]) },
    {
      name: 'one of two lets them in',
      given: guarded([policy(undefined), policy([block('0.0.0.0/0')])]),
    },
    {
      name: 'Cilium, Cluster: another policy lets everybody in',
      given: guarded([policy([nodeRange]), policy([])], withCluster, cilium),
    },
    { name: 'Cluster: the nodes', given: guarded([policy([block('10.224.0.0/16')])], withCluster) },
  ],
  boundary: [
    {
      name: 'one pod of two, by its labels',
      given: guarded(
        [policy(undefined, { podSelector: app('old') })],
        { selector: new Map() },
        {
          services: [service({ selector: new Map([['tier', 'web']]) })],
          deployments: [
            workload({
              name: 'web',
              podLabels: new Map([
                ['app', 'web'],
                ['tier', 'web'],
              ]),
            }),
            workload({
              name: 'old',
              podLabels: new Map([
                ['app', 'old'],
                ['tier', 'web'],
              ]),
            }),
          ],
          endpointSlices: [
            slice([endpoint('web-5d4f-aaaaa', 'user-0'), endpoint('old-5d4f-bbbbb', 'user-1')]),
          ],
        },
      ),
      finds: [{ ...found, severity: 'high' }],
    },
  ],
  unknown: [
    {
      name: 'policies were not read',
      given: guarded([], {}, { networkPolicies: unread('403') }),
      why: 'networkPolicies: 403',
    },
    {
      name: 'Cilium, Cluster: the nodes by their range alone',
      given: guarded([policy([nodeRange])], withCluster, cilium),
      why: 'Cilium does not match for nodes',
    },
    {
      name: 'Cilium, Cluster: the same, and everybody on another port',
      given: guarded(
        [
          policy([nodeRange]),
          policy([], { rules: [{ from: [], ports: [{ protocol: 'TCP', port: 9090 }] }] }),
        ],
        withCluster,
        cilium,
      ),
      why: 'Cilium does not match for nodes',
    },
    { name: 'load balancers were not read', given: { loadBalancers: unread('403') }, why: '403' },
  ],
});

test('the policy that it proposes lets everybody to the ports of the pods, and to nothing else', () => {
  const outcome = policyBlocksClients.run(cluster(guarded([policy(undefined)])));
  const fixes = outcome.kind === 'checked' ? (outcome.faults[0]?.fixes ?? []) : [];
  const steps = fixes.flatMap((each) => each.steps).map((each) => JSON.stringify(each));
  const own = steps.filter((step) => step.includes('kind: NetworkPolicy'));
  expect(own).toEqual([
    expect.stringContaining('ingress: [{ ports: [{ protocol: TCP, port: 8080 }] }]'),
  ]);
});

test('is no news where a security group that keeps all clients out is not read', () => {
  const closed = [securityRule('closed', { allow: false, sources: ['Internet'] })];
  const given = guarded([policy(undefined)], {}, { securityGroups: [securityGroup(closed)] });
  const { resolved, invented, fixed } = pairsOf(cluster(given), allRules);
  expect({ resolved, invented, fixed }).toEqual({ resolved: [], invented: [], fixed: [] });
});
