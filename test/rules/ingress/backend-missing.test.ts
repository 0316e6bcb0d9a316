import { backendMissing } from '../../../shared/rules/ingress/backend-missing.ts';
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
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const paths = (...backends: Parameters<typeof ingressPath>[]) => [
  { host: 'shop.example.com', paths: backends.map((each) => ingressPath(...each)) },
];

describeRule(backendMissing, {
  fires: [
    {
      name: 'all backends of a rule have weight 0',
      given: routed({
        httpRoutes: [httpRoute('web', { rules: [routeRule('/', backend('app', { weight: 0 }))] })],
      }),
      finds: [{ subject: 'HTTPRoute shop/web', severity: 'high', causes: ['all-weights-zero'] }],
    },
    {
      name: 'a rule without a backend',
      given: routed({ httpRoutes: [httpRoute('web', { rules: [routeRule('/')] })] }),
      finds: [{ subject: 'HTTPRoute shop/web', severity: 'high', causes: ['no-backend'] }],
    },
    {
      name: 'the Service of a canary: nothing fails',
      given: routed({ ingresses: [ingress('web'), canary('next', { 'canary-weight': '20' })] }),
      finds: [{ subject: 'Ingress shop/next', severity: 'low', causes: ['service-missing'] }],
    },
    {
      name: 'an Ingress names a Service that does not exist',
      given: routed({ ingresses: [ingress('web', { rules: paths(['/', 'gone']) })] }),
      finds: [
        {
          subject: 'Ingress shop/web',
          severity: 'high',
          causes: ['service-missing'],
          evidence: {
            hosts: ['shop.example.com'],
            backends: [
              { host: 'shop.example.com', path: '/', service: 'shop/gone', port: 80, part: 1 },
            ],
          },
        },
      ],
    },
    {
      name: 'a port by a number that the Service lacks, and one by a name that it lacks',
      given: routed({
        ingresses: [ingress('web', { rules: paths(['/', 'app', 8080], ['/api', 'app', 'admin']) })],
      }),
      finds: [{ subject: 'Ingress shop/web', severity: 'high', causes: ['port-missing'] }],
    },
    {
      name: 'one of two weighted backends of an HTTPRoute',
      given: routed({
        httpRoutes: [
          httpRoute('web', {
            rules: [routeRule('/', backend('app', { weight: 3 }), backend('gone'))],
          }),
        ],
      }),
      finds: [
        {
          subject: 'HTTPRoute shop/web',
          severity: 'high',
          causes: ['service-missing'],
          evidence: { backends: [{ service: 'shop/gone', part: 0.25 }] },
        },
      ],
    },
    {
      name: 'a default backend',
      given: routed({
        ingresses: [
          ingress('web', {
            rules: [],
            defaultBackend: { kind: 'service', name: 'gone', port: 80 },
          }),
        ],
      }),
      finds: [
        {
          subject: 'Ingress shop/web',
          severity: 'high',
          causes: ['service-missing'],
          evidence: { hosts: ['*'] },
        },
      ],
    },
  ],
  quiet: [
    {
      name: 'a reference that cannot be read',
      given: routed({
        ingresses: [ingress('web', { rules: [], defaultBackend: { kind: 'unread' } })],
        httpRoutes: [
          httpRoute('web', { rules: [routeRule('/', { ...backend(''), unread: true })] }),
        ],
      }),
    },
    {
      name: 'a rule without a backend, and a filter that may answer',
      given: routed({
        httpRoutes: [httpRoute('web', { rules: [{ ...routeRule('/'), mayAnswer: true }] })],
      }),
    },
    {
      name: 'a rule without a backend that redirects',
      given: routed({
        httpRoutes: [httpRoute('web', { rules: [{ ...routeRule('/'), redirects: true }] })],
      }),
    },
    { name: 'every backend is there', given: routed() },
    {
      name: 'a port by its name',
      given: routed({ ingresses: [ingress('web', { rules: paths(['/', 'app', 'http']) })] }),
    },
    {
      name: 'a LoadBalancer Service as backend',
      given: routed({ ingresses: [ingress('web', { rules: paths(['/', 'web-istio']) })] }),
    },
    {
      name: 'a name outside the cluster',
      given: routed({
        clusterIpServices: [clusterIpService('app', { type: 'ExternalName', ports: [] })],
      }),
    },
    {
      name: 'a redirect, which asks no backend',
      given: routed({
        httpRoutes: [
          httpRoute('web', { rules: [{ ...routeRule('/', backend('gone')), redirects: true }] }),
        ],
      }),
    },
  ],
  boundary: [
    {
      name: 'weight 0: nothing is lost today',
      given: routed({
        httpRoutes: [
          httpRoute('web', {
            rules: [routeRule('/', backend('app'), backend('gone', { weight: 0 }))],
          }),
        ],
      }),
      finds: [{ subject: 'HTTPRoute shop/web', severity: 'low', causes: ['service-missing'] }],
    },
    {
      name: 'a route of four minutes may be ahead of its Service',
      given: routed({
        httpRoutes: [
          httpRoute('web', {
            createdAt: '2026-11-23T05:56:00Z',
            rules: [routeRule('/', backend('gone'))],
          }),
        ],
      }),
      finds: [],
    },
    {
      name: 'in another namespace without a grant: whether it exists is not for the route to know',
      given: routed({
        httpRoutes: [
          httpRoute('web', { rules: [routeRule('/', backend('gone', { namespace: 'other' }))] }),
        ],
      }),
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'the Gateway API was not read, Ingresses are judged all the same',
      given: routed({
        gateways: unread('403'),
        ingresses: [ingress('web', { rules: paths(['/', 'gone']) })],
      }),
      why: 'gateways: 403',
      finds: [{ subject: 'Ingress shop/web', severity: 'high', causes: ['service-missing'] }],
    },
    {
      name: 'the ClusterIP Services were not read',
      given: routed({ clusterIpServices: unread('403') }),
      why: 'clusterIpServices: 403',
    },
  ],
});
