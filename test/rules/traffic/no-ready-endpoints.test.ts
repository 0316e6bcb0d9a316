import { noReadyEndpoints } from '../../../shared/rules/traffic/no-ready-endpoints.ts';
import { unread } from '../../../shared/model/index.ts';
import {
  bothPorts,
  endpoint,
  port443,
  port80,
  service,
  slice,
  workload,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = { subject: 'Service shop/web', severity: 'high' } as const;
const notReady = { ready: false, serving: false } as const;
const noLbRule = new Map([['service.beta.kubernetes.io/port_443_no_lb_rule', 'true']]);

describeRule(noReadyEndpoints, {
  fires: [
    {
      name: 'no selector, and nobody has written an endpoint',
      given: { services: [service({ selector: undefined })], endpointSlices: [] },
      finds: [{ ...high, causes: ['no-endpoints'] }],
    },
    {
      name: 'every pod is there and none is ready',
      given: {
        endpointSlices: [
          slice([endpoint('a', 'user-0', notReady), endpoint('b', 'user-1', notReady)]),
        ],
      },
      finds: [
        {
          ...high,
          causes: ['pods-not-ready'],
          evidence: {
            endpoints: 2,
            selector: ['app=web'],
            workloads: [{ kind: 'Deployment', name: 'web', replicas: 2 }],
          },
        },
      ],
    },
    {
      name: 'the selector matches the pods of no workload',
      given: {
        services: [service({ selector: new Map([['app', 'wbe']]) })],
        endpointSlices: [],
      },
      finds: [{ ...high, causes: ['no-pods'], evidence: { endpoints: 0, workloads: [] } }],
    },
    {
      name: 'the workload has replicas and no pod',
      given: { endpointSlices: [slice([])] },
      finds: [{ ...high, causes: ['no-pods'] }],
    },
    {
      name: 'scaled to zero: a note',
      given: { endpointSlices: [], deployments: [workload({ replicas: 0 })] },
      finds: [{ ...high, severity: 'info', causes: ['scaled-to-zero'] }],
    },
    {
      name: 'pods are ready, and none serves one of the ports',
      given: {
        services: [service({ ports: [port80, port443] })],
        endpointSlices: [slice([endpoint('a', 'user-0')], { ports: bothPorts.slice(0, 1) })],
      },
      finds: [
        {
          ...high,
          causes: ['port-without-endpoints'],
          evidence: { ports: [{ port: 443, protocol: 'TCP', family: 'IPv4', endpoints: 0 }] },
        },
      ],
    },
    {
      name: 'no pod has the targetPort: the slice has no ports',
      given: { endpointSlices: [slice([endpoint('a', 'user-0')], { ports: [] })] },
      finds: [{ ...high, causes: ['port-without-endpoints'] }],
    },
    {
      name: 'dual stack, and no pod has an IPv6 address',
      given: { services: [service({ ipFamilies: ['IPv4', 'IPv6'] })] },
      finds: [
        {
          ...high,
          causes: ['port-without-endpoints'],
          evidence: { ports: [{ port: 80, family: 'IPv6' }] },
        },
      ],
    },
  ],
  quiet: [
    {
      name: 'another controller serves it',
      given: { services: [service({ loadBalancerClass: 'tailscale' })], endpointSlices: [] },
    },
    { name: 'two ready pods', given: {} },
    {
      name: 'one ready pod beside one that is not',
      given: {
        endpointSlices: [slice([endpoint('a', 'user-0'), endpoint('b', 'user-1', notReady)])],
      },
    },
    {
      name: 'no selector: somebody else manages the endpoints',
      given: {
        services: [service({ selector: undefined })],
        endpointSlices: [slice([endpoint('a', 'user-0')])],
      },
    },
    {
      name: 'an empty selector selects nothing, as its owner knows',
      given: {
        services: [service({ selector: new Map() })],
        endpointSlices: [slice([endpoint('a', 'user-0')])],
      },
    },
    {
      name: 'another controller serves it, and writes what it needs',
      given: {
        services: [service({ selector: undefined, loadBalancerClass: 'tailscale' })],
        endpointSlices: [],
      },
    },
    {
      name: 'the Service is being deleted',
      given: { services: [service({ deleting: true })], endpointSlices: [] },
    },
    {
      name: 'the port without pods is to have no rule in Azure',
      given: {
        services: [service({ ports: [port80, port443], annotations: noLbRule })],
        endpointSlices: [slice([endpoint('a', 'user-0')], { ports: bothPorts.slice(0, 1) })],
      },
    },
    {
      name: 'pods that are not ready are published as ready',
      given: {
        services: [service({ publishNotReadyAddresses: true })],
        endpointSlices: [slice([endpoint('a', 'user-0', { serving: false })])],
      },
    },
  ],
  boundary: [
    {
      name: 'every pod is ending and still serves',
      given: {
        endpointSlices: [slice([endpoint('a', 'user-0', { ready: false, terminating: true })])],
      },
      finds: [{ ...high, causes: ['pods-not-ready'], evidence: { endpoints: 1, stillServing: 1 } }],
    },
    {
      name: 'one of two workloads is scaled to zero: not a note',
      given: {
        endpointSlices: [],
        deployments: [
          workload({ replicas: 0 }),
          workload({ name: 'web-2', podLabels: new Map([['app', 'web']]), replicas: 1 }),
        ],
      },
      finds: [{ ...high, causes: ['no-pods'] }],
    },
    {
      name: 'a DaemonSet is never scaled to zero',
      given: {
        endpointSlices: [],
        deployments: [],
        daemonSets: [workload({ kind: 'DaemonSet', replicas: undefined })],
      },
      finds: [{ ...high, causes: ['no-pods'] }],
    },
    {
      name: 'all that serve are terminating: none is ready',
      given: {
        endpointSlices: [slice([endpoint('a', 'user-0', { ready: false, terminating: true })])],
      },
      finds: [{ ...high, causes: ['pods-not-ready'] }],
    },
    {
      name: 'another namespace has a workload with the labels',
      given: { endpointSlices: [], deployments: [workload({ namespace: 'other', replicas: 0 })] },
      finds: [{ ...high, causes: ['no-pods'], evidence: { workloads: [] } }],
    },
  ],
  unknown: [
    {
      name: 'workloads were not read: the fault is sure, and how bad it is not',
      given: { endpointSlices: [], deployments: unread('403') },
      why: 'shop/web: deployments: 403',
      finds: [
        { ...high, severity: 'info', causes: ['no-pods'], evidence: { notRead: ['deployments'] } },
      ],
    },
  ],
});
