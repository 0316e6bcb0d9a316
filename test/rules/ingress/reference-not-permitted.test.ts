import { referenceNotPermitted } from '../../../shared/rules/ingress/reference-not-permitted.ts';
import { unread } from '../../../shared/model/index.ts';
import {
  backend,
  clusterIpService,
  gateway,
  httpRoute,
  listener,
  referenceGrant,
  routed,
  routeRule,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const across = routed({
  clusterIpServices: [clusterIpService('app'), clusterIpService('app', { namespace: 'other' })],
  httpRoutes: [
    httpRoute('web', { rules: [routeRule('/', backend('app', { namespace: 'other' }))] }),
  ],
});
const refused = {
  subject: 'HTTPRoute shop/web',
  severity: 'high',
  causes: ['not-granted'],
} as const;
const https = (changes: Parameters<typeof listener>[1] = {}) =>
  gateway({
    listeners: [
      listener('http'),
      listener('https', {
        port: 443,
        protocol: 'HTTPS',
        certificates: [{ group: '', kind: 'Secret', namespace: 'certs', name: 'shop' }],
        ...changes,
      }),
    ],
  });
const unresolved = (reason: string) => ({
  type: 'ResolvedRefs',
  status: 'False',
  reason,
  message: 'no',
});

describeRule(referenceNotPermitted, {
  fires: [
    {
      name: 'a certificate of another namespace without a grant',
      given: routed({ gateways: [https()] }),
      finds: [
        {
          subject: 'Gateway shop/web',
          severity: 'high',
          causes: ['not-granted'],
          evidence: { references: [{ listener: 'https', to: 'Secret certs/shop' }] },
        },
      ],
    },
    {
      name: 'a Service of another namespace without a grant',
      given: across,
      finds: [
        {
          ...refused,
          evidence: {
            hosts: ['shop.example.com'],
            references: [{ to: 'Service other/app', part: 1 }],
          },
        },
      ],
    },
    {
      name: 'the grant is for another namespace',
      given: {
        ...across,
        referenceGrants: [
          referenceGrant({
            from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'web' }],
          }),
        ],
      },
      finds: [refused],
    },
    {
      name: 'a listener may not use its certificate',
      given: routed({
        gateways: [
          gateway({
            listeners: [listener('https', { conditions: [unresolved('RefNotPermitted')] })],
          }),
        ],
      }),
      finds: [{ subject: 'Gateway shop/web', severity: 'high', causes: ['ref-not-permitted'] }],
    },
    {
      name: 'the controller does not know the kind of a backend',
      given: routed({
        httpRoutes: [
          httpRoute('web', {
            parentStatuses: [
              {
                parent: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'web' },
                controllerName: 'istio.io/gateway-controller',
                conditions: [unresolved('InvalidKind')],
              },
            ],
          }),
        ],
      }),
      finds: [{ subject: 'HTTPRoute shop/web', severity: 'high', causes: ['invalid-kind'] }],
    },
  ],
  quiet: [
    {
      name: 'a Service of another namespace to which the controller has resolved the reference',
      given: {
        ...across,
        httpRoutes: [
          httpRoute('web', {
            rules: [routeRule('/', backend('app', { namespace: 'other' }))],
            parentStatuses: [
              {
                parent: {
                  group: 'gateway.networking.k8s.io',
                  kind: 'Gateway',
                  namespace: 'shop',
                  name: 'web',
                },
                controllerName: 'istio.io/gateway-controller',
                conditions: [{ ...unresolved('ResolvedRefs'), status: 'True' }],
              },
            ],
          }),
        ],
      },
    },
    {
      name: 'a certificate of another namespace with a grant',
      given: routed({
        gateways: [https()],
        referenceGrants: [
          referenceGrant({
            namespace: 'certs',
            from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'shop' }],
            to: [{ group: '', kind: 'Secret' }],
          }),
        ],
      }),
    },
    {
      name: 'a certificate of another namespace that the controller has resolved',
      given: routed({
        gateways: [https({ conditions: [{ ...unresolved('ResolvedRefs'), status: 'True' }] })],
      }),
    },
    { name: 'no reference leaves its namespace', given: routed() },
    {
      name: 'granted for every Service',
      given: { ...across, referenceGrants: [referenceGrant()] },
    },
    {
      name: 'granted by name',
      given: {
        ...across,
        referenceGrants: [referenceGrant({ to: [{ group: '', kind: 'Service', name: 'app' }] })],
      },
    },
    {
      name: 'a backend that does not exist is another finding',
      given: routed({
        httpRoutes: [
          httpRoute('web', {
            parentStatuses: [
              {
                parent: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'web' },
                controllerName: 'istio.io/gateway-controller',
                conditions: [unresolved('BackendNotFound')],
              },
            ],
          }),
        ],
      }),
    },
  ],
  boundary: [
    {
      name: 'the grant stands in the namespace of the route',
      given: { ...across, referenceGrants: [referenceGrant({ namespace: 'shop' })] },
      finds: [refused],
    },
    {
      name: 'granted by another name',
      given: {
        ...across,
        referenceGrants: [referenceGrant({ to: [{ group: '', kind: 'Service', name: 'web' }] })],
      },
      finds: [refused],
    },
  ],
  unknown: [
    {
      name: 'a certificate of another namespace, and the grants were not read',
      given: routed({ gateways: [https()], referenceGrants: unread('403') }),
      why: 'shop/web: the ReferenceGrants were not read',
    },
    {
      name: 'the grants were not read',
      given: { ...across, referenceGrants: unread('403') },
      why: 'shop/web: the ReferenceGrants were not read',
    },
    {
      name: 'the routes were not read',
      given: routed({ httpRoutes: unread('403') }),
      why: 'httpRoutes: 403',
    },
  ],
});
