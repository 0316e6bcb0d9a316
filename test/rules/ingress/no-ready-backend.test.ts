import { noReadyBackend } from '../../../shared/rules/ingress/no-ready-backend.ts';
import { unread } from '../../../shared/model/index.ts';
import {
  backend,
  canary,
  clusterIpService,
  httpRoute,
  ingress,
  ingressPath,
  routed,
  routeRule,
  sliceOf,
  workload,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const gateways = [
  sliceOf('ingress-nginx-controller', ['nginx-a@user-0'], 'ingress-nginx'),
  sliceOf('web-istio', ['gw-a@user-0']),
];
const dead = (slices = [sliceOf('app', ['!app-a@user-0'])]) => ({
  endpointSlices: [...gateways, ...slices],
});
const found = { severity: 'high', causes: ['pods-not-ready'] } as const;
/** An Ingress and its canary, with the pods of both. */
const withCanary = (main: readonly string[], beside: readonly string[]) =>
  routed({
    ...dead([sliceOf('app', main), sliceOf('next', beside)]),
    httpRoutes: [],
    clusterIpServices: [clusterIpService('app'), clusterIpService('next')],
    ingresses: [ingress('web'), canary('next', { 'canary-weight': '20' })],
    deployments: [
      workload({ name: 'app' }),
      workload({ name: 'next', podLabels: new Map([['app', 'next']]) }),
      workload({ namespace: 'ingress-nginx', name: 'ingress-nginx-controller' }),
    ],
  });

describeRule(noReadyBackend, {
  fires: [
    {
      name: 'the pods are not ready: an Ingress and a route lead there',
      given: routed(dead()),
      finds: [
        {
          subject: 'Ingress shop/web',
          ...found,
          evidence: { backends: [{ service: 'shop/app', part: 1, endpoints: 1 }] },
        },
        { subject: 'HTTPRoute shop/web', ...found },
      ],
    },
    {
      name: 'there is no pod at all',
      given: routed({ ...dead([sliceOf('app', [])]), httpRoutes: [] }),
      finds: [{ subject: 'Ingress shop/web', severity: 'high', causes: ['no-pods'] }],
    },
    {
      name: 'the pods do not have the port',
      given: routed({
        ...dead([sliceOf('app', ['app-a@user-0'])]),
        clusterIpServices: [
          clusterIpService('app', {
            ports: [
              { name: 'http', port: 80, protocol: 'TCP' },
              { name: 'admin', port: 81, protocol: 'TCP' },
            ],
          }),
        ],
        ingresses: [
          ingress('web', {
            rules: [{ host: 'a.example.com', paths: [ingressPath('/', 'app', 81)] }],
          }),
        ],
      }),
      finds: [
        {
          subject: 'Ingress shop/web',
          severity: 'high',
          causes: ['no-pods'],
          evidence: { hosts: ['a.example.com'] },
        },
      ],
    },
  ],
  quiet: [
    {
      name: 'the dead backend belongs to a route that an older one shadows',
      given: routed({
        httpRoutes: [],
        clusterIpServices: [clusterIpService('app'), clusterIpService('next')],
        ingresses: [
          ingress('web'),
          ingress('copy', {
            createdAt: '2026-02-01T00:00:00Z',
            rules: [{ host: 'shop.example.com', paths: [ingressPath('/', 'next')] }],
          }),
        ],
        endpointSlices: [...gateways, sliceOf('app', ['app-a@user-0']), sliceOf('next', [])],
      }),
    },
    { name: 'pods are ready', given: routed() },
    {
      name: 'the dead backend has weight 0',
      given: routed({
        clusterIpServices: [clusterIpService('app'), clusterIpService('next')],
        httpRoutes: [
          httpRoute('web', {
            rules: [routeRule('/', backend('app'), backend('next', { weight: 0 }))],
          }),
        ],
        endpointSlices: [...gateways, sliceOf('app', ['app-a@user-0']), sliceOf('next', [])],
      }),
    },
    {
      name: 'the Service does not exist: another finding',
      given: routed({ clusterIpServices: [] }),
    },
  ],
  boundary: [
    {
      name: 'no pod of a canary is ready: the Ingress beside it gets all',
      given: withCanary(['app-a@user-0'], ['!next-a@user-1']),
      finds: [{ subject: 'Ingress shop/next', severity: 'low', causes: ['canary-not-ready'] }],
    },
    {
      name: 'no pod of the Ingress is ready: its canary does not stand in for it',
      given: withCanary(['!app-a@user-0'], ['next-a@user-1']),
      finds: [
        {
          subject: 'Ingress shop/web',
          ...found,
          evidence: { backends: [{ service: 'shop/app', part: 1 }] },
        },
      ],
    },
    {
      name: 'one ready pod is enough',
      given: routed(dead([sliceOf('app', ['!app-a@user-0', 'app-b@user-1'])])),
      finds: [],
    },
    {
      name: 'scaled to zero, as somebody seems to want',
      given: routed({
        ...dead([sliceOf('app', [])]),
        httpRoutes: [],
        deployments: [
          workload({ name: 'app', replicas: 0 }),
          workload({ namespace: 'ingress-nginx', name: 'ingress-nginx-controller' }),
        ],
      }),
      finds: [{ subject: 'Ingress shop/web', severity: 'info', causes: ['scaled-to-zero'] }],
    },
    {
      name: 'a Service of four minutes',
      given: routed({
        ...dead(),
        clusterIpServices: [clusterIpService('app', { createdAt: '2026-11-23T05:56:00Z' })],
      }),
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'a backend of an Ingress that cannot be read',
      given: routed({ ingresses: [ingress('web', { defaultBackend: { kind: 'unread' } })] }),
      why: 'shop/web: Service shop/?: the reference to it cannot be read',
    },
    {
      name: 'a backend of a route that cannot be read',
      given: routed({
        httpRoutes: [
          httpRoute('web', { rules: [routeRule('/', { ...backend(''), unread: true })] }),
        ],
      }),
      why: 'shop/web: Service shop/?: the reference to it cannot be read',
    },
    {
      name: 'a Service with a selector and no slice',
      given: routed({ endpointSlices: gateways, httpRoutes: [] }),
      why: 'shop/web: Service shop/app: it has no EndpointSlice',
    },
    {
      name: 'the Ingresses were not read',
      given: routed({ ingresses: unread('403') }),
      why: 'ingresses: 403',
    },
  ],
});
