import { unserved } from '../../../shared/rules/ingress/unserved.ts';
import { unread } from '../../../shared/model/index.ts';
import {
  canary,
  clusterIpService,
  gateway,
  gatewayClass,
  frontendService,
  httpRoute,
  ingress,
  ingressClass,
  ingressPath,
  listener,
  routed,
  workload,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const pending = ['Accepted', 'Programmed'].map((type) => ({
  type,
  status: 'Unknown',
  reason: 'Pending',
  message: 'Waiting for controller',
}));
const parent = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'web' };
const said = (status: string) => ({
  parentStatuses: [
    {
      parent,
      controllerName: 'istio.io/gateway-controller',
      conditions: [{ type: 'Accepted', status, reason: 'NotAllowedByListeners', message: 'no' }],
    },
  ],
});
const found = (subject: string, cause: string) =>
  ({ subject, severity: 'high', causes: [cause] }) as const;

describeRule(unserved, {
  fires: [
    {
      name: 'an Ingress of a class that does not exist',
      given: routed({ ingresses: [ingress('web', { className: 'old', addresses: [] })] }),
      finds: [
        {
          ...found('Ingress shop/web', 'class-missing'),
          evidence: { by: 'old', hosts: ['shop.example.com'] },
        },
      ],
    },
    {
      name: 'an Ingress without a class that nobody took',
      given: routed({ ingresses: [ingress('web', { className: '', addresses: [] })] }),
      finds: [found('Ingress shop/web', 'no-class')],
    },
    {
      name: 'a class by annotation that no NGINX could take',
      given: routed({
        ingresses: [ingress('web', { className: 'old', classByAnnotation: true, addresses: [] })],
        deployments: [workload({ name: 'app' })],
      }),
      finds: [found('Ingress shop/web', 'class-missing')],
    },
    {
      name: 'the controller of the class does not run',
      given: routed({
        ingresses: [ingress('web', { addresses: ['20.1.1.1'] })],
        deployments: [workload({ name: 'app' })],
      }),
      finds: [found('Ingress shop/web', 'controller-missing')],
    },
    {
      name: 'managed NGINX was removed and its class is still there',
      given: routed({
        ingressClasses: [
          ingressClass(
            'webapprouting.kubernetes.azure.com',
            'webapprouting.kubernetes.azure.com/nginx',
          ),
        ],
        ingresses: [
          ingress('web', { className: 'webapprouting.kubernetes.azure.com', addresses: [] }),
        ],
      }),
      finds: [found('Ingress shop/web', 'controller-missing')],
    },
    {
      name: 'a Gateway of a class that does not exist',
      given: routed({ gateways: [gateway({ className: 'gone' })] }),
      finds: [found('Gateway shop/web', 'class-missing')],
    },
    {
      name: 'no controller has accepted the GatewayClass',
      given: routed({ gatewayClasses: [gatewayClass('istio', { conditions: pending })] }),
      finds: [found('Gateway shop/web', 'class-not-accepted')],
    },
    {
      name: 'no controller has looked at the Gateway',
      given: routed({ gateways: [gateway({ conditions: pending })] }),
      finds: [found('Gateway shop/web', 'not-accepted')],
    },
    {
      name: 'the Gateway is accepted and not programmed',
      given: routed({
        gateways: [
          gateway({
            conditions: [
              { type: 'Accepted', status: 'True', reason: 'Accepted', message: '' },
              { type: 'Programmed', status: 'False', reason: 'AddressNotUsable', message: 'no' },
            ],
          }),
        ],
      }),
      finds: [
        {
          ...found('Gateway shop/web', 'not-programmed'),
          evidence: { status: 'AddressNotUsable: no' },
        },
      ],
    },
    {
      name: 'a listener is not programmed',
      given: routed({
        gateways: [
          gateway({
            listeners: [
              listener('http'),
              listener('https', {
                conditions: [
                  {
                    type: 'Programmed',
                    status: 'False',
                    reason: 'Invalid',
                    message: 'no certificate',
                  },
                ],
              }),
            ],
          }),
        ],
      }),
      finds: [found('Gateway shop/web', 'listener-not-programmed')],
    },
    {
      name: 'a route of a Gateway that does not exist',
      given: routed({ httpRoutes: [httpRoute('web', { parents: [{ ...parent, name: 'gone' }] })] }),
      finds: [found('HTTPRoute shop/web', 'parent-missing')],
    },
    {
      name: 'no listener takes the host',
      given: routed({
        gateways: [gateway({ listeners: [listener('http', { hostname: '*.example.net' })] })],
      }),
      finds: [
        {
          ...found('HTTPRoute shop/web', 'not-attached'),
          evidence: { status: 'NoMatchingListenerHostname' },
        },
      ],
    },
    {
      name: 'the controller did not accept the route',
      given: routed({ httpRoutes: [httpRoute('web', said('False'))] }),
      finds: [found('HTTPRoute shop/web', 'not-accepted')],
    },
    {
      name: 'a canary of a host that no other Ingress has',
      given: routed({ ingresses: [canary('web', { 'canary-weight': '20' })] }),
      finds: [found('Ingress shop/web', 'canary-alone')],
    },
    {
      name: 'a canary of another path type than the Ingress beside it: nothing fails',
      given: routed({
        clusterIpServices: [clusterIpService('app'), clusterIpService('next')],
        ingresses: [
          ingress('web'),
          canary(
            'next',
            { 'canary-weight': '20' },
            {
              rules: [{ host: 'shop.example.com', paths: [ingressPath('/', 'next', 80, 'Exact')] }],
            },
          ),
        ],
      }),
      finds: [{ subject: 'Ingress shop/next', severity: 'low', causes: ['canary-alone'] }],
    },
  ],
  quiet: [
    {
      name: 'the controller of another Gateway class did not accept the route',
      given: routed({
        httpRoutes: [
          httpRoute('web', {
            parentStatuses: said('False').parentStatuses.map((each) => ({
              ...each,
              controllerName: 'example.com/other',
            })),
          }),
        ],
      }),
    },
    {
      name: 'a status for a Gateway that the route no longer names',
      given: routed({
        httpRoutes: [
          httpRoute('web', {
            parentStatuses: said('False').parentStatuses.map((each) => ({
              ...each,
              parent: { ...parent, name: 'old' },
            })),
          }),
        ],
      }),
    },
    {
      name: 'a second NGINX of its own',
      given: routed({ ingressClasses: [ingressClass('nginx', 'k8s.io/internal-ingress-nginx')] }),
    },
    {
      name: 'a NginxIngressController of the add-on',
      given: routed({
        ingressClasses: [ingressClass('nginx', 'approuting.kubernetes.azure.com/internal')],
        services: [frontendService('app-routing-system', 'edge-0', '20.50.10.20')],
        deployments: [workload({ namespace: 'app-routing-system', name: 'edge-0' })],
      }),
    },
    { name: 'all are served', given: routed() },
    {
      name: 'the controller accepted the route',
      given: routed({ httpRoutes: [httpRoute('web', said('True'))] }),
    },
    {
      name: 'an Ingress that is being deleted',
      given: routed({
        ingresses: [ingress('web', { className: 'old', addresses: [], deleting: true })],
      }),
    },
    {
      name: 'one of two parents takes the route',
      given: routed({
        httpRoutes: [httpRoute('web', { parents: [{ ...parent, name: 'gone' }, parent] })],
      }),
    },
    {
      name: 'a controller that is not known, with an address',
      given: routed({ ingressClasses: [ingressClass('nginx', 'example.com/ours')] }),
    },
    {
      name: 'Application Gateway, by its annotation: it needs no object of the class',
      given: routed({
        ingresses: [
          ingress('web', {
            className: 'azure/application-gateway',
            classByAnnotation: true,
            addresses: ['20.1.1.1'],
          }),
        ],
      }),
    },
    {
      name: 'a route of a mesh',
      given: routed({
        httpRoutes: [httpRoute('web', { parents: [{ group: '', kind: 'Service', name: 'app' }] })],
      }),
    },
    { name: 'no Ingress and no Gateway', given: {} },
    {
      name: 'a listener without conditions yet',
      given: routed({ gateways: [gateway({ listeners: [listener('http')] })] }),
    },
    {
      name: 'a namespace that the listener takes',
      given: routed({
        gateways: [gateway({ listeners: [listener('http', { namespacesFrom: 'Same' })] })],
      }),
    },
    {
      name: 'the same host in other letters',
      given: routed({
        gateways: [gateway({ listeners: [listener('http', { hostname: '*.example.com' })] })],
      }),
    },
    {
      name: 'all hosts of a name, at a listener of more of them',
      given: routed({
        gateways: [gateway({ listeners: [listener('http', { hostname: '*.example.com' })] })],
        httpRoutes: [httpRoute('web', { hostnames: ['*.shop.example.com'] })],
      }),
    },
    {
      name: 'a class nobody uses',
      given: routed({ ingressClasses: [ingressClass(), ingressClass('spare')] }),
    },
    {
      name: 'a GatewayClass nobody uses',
      given: routed({
        gatewayClasses: [gatewayClass(), gatewayClass('spare', { conditions: pending })],
      }),
    },
  ],
  boundary: [
    {
      name: 'four minutes old: its controller may not have seen it',
      given: routed({
        gateways: [gateway({ conditions: pending, createdAt: '2026-11-23T05:56:00Z' })],
      }),
      finds: [],
    },
    {
      name: 'five minutes old',
      given: routed({
        gateways: [gateway({ conditions: pending, createdAt: '2026-11-23T05:55:00Z' })],
      }),
      finds: [found('Gateway shop/web', 'not-accepted')],
    },
  ],
  unknown: [
    {
      name: 'Application Gateway, by its annotation, and no address',
      given: routed({
        ingresses: [
          ingress('web', {
            className: 'azure/application-gateway',
            classByAnnotation: true,
            addresses: [],
          }),
        ],
      }),
      why: 'shop/web: its status has no address, and whether Application Gateway serves it is not known',
    },
    {
      name: 'a class by annotation that an NGINX may take by its own settings',
      given: routed({
        ingresses: [ingress('web', { className: 'old', classByAnnotation: true, addresses: [] })],
      }),
      why: 'shop/web: its class old is set only by annotation',
    },
    {
      name: 'no class, and an address that is no Service of the cluster',
      given: routed({ ingresses: [ingress('web', { className: '', addresses: ['20.1.1.1'] })] }),
      why: 'shop/web: it has no class, but its status has an address',
    },
    {
      name: 'a parent that cannot be read',
      given: routed({
        httpRoutes: [httpRoute('web', { parents: [{ ...parent, name: '', unread: true }] })],
      }),
      why: 'shop/web: a parent reference of it cannot be read',
    },
    {
      name: 'a class that does not exist, and an address all the same',
      given: routed({ ingresses: [ingress('web', { className: 'old' })] }),
      why: 'shop/web: class old does not exist, but its status has the address of a Service',
    },
    {
      name: 'a controller that is not known, and no address',
      given: routed({
        ingressClasses: [ingressClass('nginx', 'example.com/ours')],
        ingresses: [ingress('web', { addresses: [] })],
      }),
      why: 'whether example.com/ours serves it is not known',
    },
    {
      name: 'what was said of the Gateway is about an earlier version',
      given: routed({
        gateways: [
          gateway({
            generation: 3,
            conditions: pending.map((each) => ({
              ...each,
              status: 'False',
              observedGeneration: 2,
            })),
          }),
        ],
      }),
      why: 'shop/web: its controller has not looked at its latest version',
    },
    {
      name: 'what was said of the route is about an earlier version',
      given: routed({
        httpRoutes: [
          httpRoute('web', {
            generation: 3,
            parentStatuses: said('False').parentStatuses.map((each) => ({
              ...each,
              conditions: each.conditions.map((one) => ({ ...one, observedGeneration: 2 })),
            })),
          }),
        ],
      }),
      why: 'shop/web: its controller has not looked at its latest version',
    },
    {
      name: 'labels of the namespace that a listener asks for',
      given: routed({
        namespaces: unread('403'),
        gateways: [
          gateway({
            listeners: [
              listener('http', {
                namespacesFrom: 'Selector',
                namespaceSelector: { matchLabels: new Map([['a', 'b']]), matchExpressions: [] },
              }),
            ],
          }),
        ],
      }),
      why: 'the labels of namespace shop are not known',
    },
    {
      name: 'the Gateway API was not read',
      given: routed({ gatewayClasses: unread('403') }),
      why: 'gatewayClasses: 403',
    },
  ],
});
