import { internalLocalGap } from '../../../shared/rules/service/internal-local-gap.ts';
import {
  clusterIpService,
  kubeProxy,
  sliceOf,
  workload,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const local = clusterIpService('cache', { internalTrafficPolicy: 'Local' });

/** `cache` with Local on one node, `app` of the same namespace on two. */
function given(changes: SnapshotChanges = {}): SnapshotChanges {
  return {
    clusterIpServices: [local, clusterIpService('app')],
    endpointSlices: [
      sliceOf('cache', ['cache-a@user-0']),
      sliceOf('app', ['app-a@user-0', 'app-b@user-1']),
    ],
    ...changes,
  };
}

const found = {
  subject: 'Service shop/cache',
  severity: 'medium',
  causes: ['node-without-endpoint'],
} as const;

describeRule(internalLocalGap, {
  fires: [
    {
      name: 'a node carries pods of the namespace and no endpoint',
      given: given(),
      finds: [
        {
          ...found,
          evidence: { nodesWithout: ['user-1'], services: ['app'], nodesWithEndpoint: 1 },
        },
      ],
    },
    {
      name: 'the pod on the other node is not ready',
      given: given({
        endpointSlices: [
          sliceOf('cache', ['cache-a@user-0', '!cache-b@user-1']),
          sliceOf('app', ['app-b@user-1']),
        ],
      }),
      finds: [found],
    },
  ],
  quiet: [
    {
      name: 'Cluster',
      given: given({ clusterIpServices: [clusterIpService('cache'), clusterIpService('app')] }),
    },
    {
      name: 'every node has an endpoint',
      given: given({
        endpointSlices: [
          sliceOf('cache', ['cache-a@user-0', 'cache-b@user-1']),
          sliceOf('app', ['app-a@user-0', 'app-b@user-1']),
        ],
      }),
    },
    {
      name: 'a DaemonSet backs it',
      given: given({
        daemonSets: [
          kubeProxy(),
          workload({ kind: 'DaemonSet', name: 'cache', replicas: undefined }),
        ],
      }),
    },
  ],
  boundary: [
    {
      name: 'pods of another namespace do not count',
      given: given({
        endpointSlices: [
          sliceOf('cache', ['cache-a@user-0']),
          sliceOf('app', ['app-b@user-1'], 'other'),
        ],
      }),
      finds: [],
    },
    {
      name: 'headless: clients go to the pods themselves',
      given: given({ clusterIpServices: [{ ...local, headless: true }] }),
      finds: [],
    },
    {
      name: 'no ready endpoint anywhere is another matter',
      given: given({
        endpointSlices: [sliceOf('cache', ['!cache-a@user-0']), sliceOf('app', ['app-b@user-1'])],
      }),
      finds: [],
    },
  ],
  unknown: [],
});
