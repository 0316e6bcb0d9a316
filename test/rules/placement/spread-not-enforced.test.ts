import { spreadNotEnforced } from '../../../shared/rules/placement/spread-not-enforced.ts';
import {
  unread,
  type PodSpec,
  type TopologySpreadConstraint,
} from '../../../shared/model/index.ts';
import {
  apart,
  endpoint,
  node,
  service,
  slice,
  workload,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const low = {
  subject: 'Deployment shop/web',
  severity: 'low',
  causes: ['spread-hoped-for'],
} as const;

function deployed(spec: Partial<PodSpec> = {}, replicas = 3): SnapshotChanges {
  return { deployments: [workload({ replicas, spec })] };
}

function spread(changes: Partial<TopologySpreadConstraint> = {}): Partial<PodSpec> {
  return {
    topologySpread: [
      {
        topologyKey: 'kubernetes.io/hostname',
        maxSkew: 1,
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: new Map([['app', 'web']]), matchExpressions: [] },
        nodeAffinityPolicy: 'Honor',
        nodeTaintsPolicy: 'Ignore',
        ...changes,
      },
    ],
  };
}

describeRule(spreadNotEnforced, {
  fires: [
    {
      name: 'three replicas and nothing that keeps them apart',
      given: deployed(),
      finds: [{ ...low, evidence: { replicas: 3, services: ['shop/web'] } }],
    },
    {
      name: 'a spread that may be overruled',
      given: deployed(spread({ whenUnsatisfiable: 'ScheduleAnyway' })),
      finds: [low],
    },
    {
      name: 'a preferred anti-affinity',
      given: deployed({ preferredPodAntiAffinity: apart('web').requiredPodAntiAffinity }),
      finds: [low],
    },
    {
      name: 'a hard spread by zone leaves the hosts to luck',
      given: deployed(spread({ topologyKey: 'topology.kubernetes.io/zone' })),
      finds: [low],
    },
    {
      name: 'anti-affinity to the pods of somebody else',
      given: deployed(apart('api')),
      finds: [low],
    },
    {
      name: 'a StatefulSet behind two Services: one finding',
      given: {
        services: [service(), service({ name: 'web-2', uid: 'b'.repeat(36) })],
        deployments: [],
        statefulSets: [workload({ kind: 'StatefulSet', replicas: 2 })],
      },
      finds: [
        {
          ...low,
          subject: 'StatefulSet shop/web',
          evidence: { replicas: 2, services: ['shop/web', 'shop/web-2'] },
        },
      ],
    },
  ],
  quiet: [
    {
      name: 'a hard spread by zone with as many zones as replicas, while all zones are up',
      given: {
        ...deployed(spread({ topologyKey: 'topology.kubernetes.io/zone' })),
        nodes: ['1', '2', '3'].map((zone) =>
          node(`user-${zone}`, {
            labels: new Map([['topology.kubernetes.io/zone', `westeurope-${zone}`]]),
          }),
        ),
      },
    },
    {
      name: 'each pod asks for more than half of a node',
      given: {
        ...deployed({ requests: { milliCpu: 2500, memory: 0 } }),
        nodes: [node('user-0', { allocatable: { milliCpu: 3860, memory: 0, pods: 30 } })],
      },
    },
    { name: 'a required anti-affinity by host', given: {} },
    { name: 'a hard spread by host', given: deployed(spread()) },
    { name: 'one replica has nothing to be spread from', given: deployed({}, 1) },
    { name: 'scaled to zero', given: deployed({}, 0) },
    {
      name: 'Cluster shares over pods, wherever they are',
      given: { ...deployed(), services: [service({ externalTrafficPolicy: 'Cluster' })] },
    },
    {
      name: 'the Service is being deleted',
      given: { ...deployed(), services: [service({ deleting: true })] },
    },
    {
      name: 'another controller serves the Service',
      given: { ...deployed(), services: [service({ loadBalancerClass: 'tailscale' })] },
    },
    {
      name: 'a DaemonSet has one pod per node',
      given: {
        deployments: [],
        daemonSets: [workload({ kind: 'DaemonSet', replicas: undefined })],
      },
    },
    {
      name: 'the Service has no selector',
      given: { ...deployed(), services: [service({ selector: undefined })] },
    },
    {
      name: 'a workload that no Service selects',
      given: {
        deployments: [
          workload({ replicas: 2, spec: apart('web') }),
          workload({ name: 'worker', replicas: 9 }),
        ],
      },
    },
  ],
  boundary: [
    { name: 'two replicas', given: deployed({}, 2), finds: [low] },
    {
      name: 'the anti-affinity is for other namespaces only',
      given: deployed({
        requiredPodAntiAffinity: (apart('web').requiredPodAntiAffinity ?? []).map((term) => ({
          ...term,
          namespaces: ['other'],
        })),
      }),
      finds: [low],
    },
    {
      name: 'a spread without a selector counts no pod',
      given: deployed(spread({ labelSelector: undefined })),
      finds: [low],
    },
    {
      name: 'DaemonSets were not read, which changes nothing for a Deployment',
      given: { ...deployed(), daemonSets: unread('403') },
      finds: [low],
    },
  ],
  unknown: [
    {
      name: 'anti-affinity to all pods but its own: where those run is not read',
      given: deployed({
        requiredPodAntiAffinity: (apart('web').requiredPodAntiAffinity ?? []).map((term) => ({
          ...term,
          labelSelector: {
            matchLabels: new Map(),
            matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }],
          },
        })),
      }),
      why: 'where those run is not known',
    },
    {
      name: 'anti-affinity by zone, and nodes were not read',
      given: {
        ...deployed({
          requiredPodAntiAffinity: (apart('web').requiredPodAntiAffinity ?? []).map((term) => ({
            ...term,
            topologyKey: 'topology.kubernetes.io/zone',
          })),
        }),
        nodes: unread('403'),
      },
      why: 'nodes: 403',
    },
    {
      name: 'nobody knows what runs the pods of the Service',
      given: { deployments: [], endpointSlices: [slice([endpoint('rollout-x', 'user-0')])] },
      why: 'shop/web: the workload of its pods was not found',
    },
    {
      name: 'the pods may be those of a DaemonSet that was not read',
      given: { deployments: [], daemonSets: unread('403') },
      why: 'shop/web: daemonSets: 403',
    },
  ],
});
