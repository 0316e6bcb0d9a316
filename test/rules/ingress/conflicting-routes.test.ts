import { conflictingRoutes } from '../../../shared/rules/ingress/conflicting-routes.ts';
import { unread } from '../../../shared/model/index.ts';
import {
  backend,
  canary,
  frontendService,
  httpRoute,
  ingress,
  ingressClass,
  ingressPath,
  routed,
  routeRule,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const younger = { createdAt: '2026-02-01T00:00:00Z' };
const toNext = (path: string, pathType = 'Prefix') => ({
  rules: [{ host: 'shop.example.com', paths: [ingressPath(path, 'next', 80, pathType)] }],
});
const next = { rules: [routeRule('/', backend('next'))] };
const lost = (subject: string) =>
  ({ subject, severity: 'medium', causes: ['older-route-wins'] }) as const;

describeRule(conflictingRoutes, {
  fires: [
    {
      name: 'two Ingresses of one class with the same host and path',
      given: routed({
        ingresses: [ingress('web'), ingress('copy', { ...younger, ...toNext('/') })],
      }),
      finds: [
        {
          ...lost('Ingress shop/copy'),
          evidence: {
            entryPoint: 'IngressClass nginx',
            claims: [{ host: 'shop.example.com', path: '/', wins: 'Ingress shop/web' }],
          },
        },
      ],
    },
    {
      name: 'two HTTPRoutes at one listener',
      given: routed({ httpRoutes: [httpRoute('web'), httpRoute('copy', { ...younger, ...next })] }),
      finds: [lost('HTTPRoute shop/copy')],
    },
    {
      name: 'of the same age: the first by name wins',
      given: routed({ httpRoutes: [httpRoute('web', next), httpRoute('copy')] }),
      finds: [lost('HTTPRoute shop/web')],
    },
    {
      name: 'two classes of one NGINX',
      given: routed({
        ingressClasses: [ingressClass(), ingressClass('second')],
        ingresses: [
          ingress('web'),
          ingress('copy', { ...younger, ...toNext('/'), className: 'second' }),
        ],
      }),
      finds: [lost('Ingress shop/copy')],
    },
    {
      name: 'a second canary of one Ingress',
      given: routed({
        ingresses: [
          ingress('web'),
          canary('next', { 'canary-weight': '20' }),
          canary('third', { 'canary-weight': '50' }, { createdAt: '2026-03-01T00:00:00Z' }),
        ],
      }),
      finds: [lost('Ingress shop/third')],
    },
    {
      name: 'a controller whose order is not known',
      given: routed({
        ingressClasses: [ingressClass('nginx', 'example.com/ours')],
        ingresses: [ingress('web'), ingress('copy', { ...younger, ...toNext('/') })],
      }),
      finds: [
        {
          subject: 'Ingress shop/copy',
          severity: 'medium',
          causes: ['order-not-known'],
          evidence: {
            claims: [{ host: 'shop.example.com', path: '/', wins: 'Ingress shop/web' }],
          },
        },
      ],
    },
  ],
  quiet: [
    {
      name: 'a canary that has no Ingress beside it: another finding',
      given: routed({
        ingresses: [
          canary('next', { 'canary-weight': '20' }),
          canary('third', { 'canary-weight': '50' }),
        ],
      }),
    },
    {
      name: 'two classes of two NGINX with an address each',
      given: routed({
        services: [
          frontendService('ingress-nginx', 'ingress-nginx-controller', '20.50.10.20'),
          frontendService('ingress-nginx', 'internal', '20.50.10.40'),
        ],
        ingressClasses: [ingressClass(), ingressClass('second')],
        ingresses: [
          ingress('web'),
          ingress('copy', {
            ...younger,
            ...toNext('/'),
            className: 'second',
            addresses: ['20.50.10.40'],
          }),
        ],
      }),
    },
    { name: 'NGINX and the Gateway have the same host: a migration', given: routed() },
    {
      name: 'another path',
      given: routed({ ingresses: [ingress('web'), ingress('copy', toNext('/api'))] }),
    },
    {
      name: 'a canary',
      given: routed({
        ingresses: [
          ingress('web'),
          ingress('copy', {
            ...toNext('/'),
            annotations: new Map([
              ['nginx.ingress.kubernetes.io/canary', 'true'],
              ['nginx.ingress.kubernetes.io/canary-weight', '20'],
            ]),
          }),
        ],
      }),
    },
    {
      name: 'requests with a header go to the other',
      given: routed({
        httpRoutes: [
          httpRoute('web'),
          httpRoute('copy', {
            rules: [
              {
                ...routeRule('/', backend('next')),
                matches: [
                  {
                    path: { type: 'PathPrefix', value: '/' },
                    headers: [{ name: 'version', type: 'Exact', value: 'two' }],
                    queryParams: [],
                  },
                ],
              },
            ],
          }),
        ],
      }),
    },
  ],
  boundary: [
    {
      name: 'both lead to the same backends',
      given: routed({ ingresses: [ingress('web'), ingress('copy', younger)] }),
      finds: [{ subject: 'Ingress shop/copy', severity: 'low', causes: ['same-backends'] }],
    },
    {
      name: 'an exact path beside a prefix',
      given: routed({ ingresses: [ingress('web'), ingress('copy', toNext('/', 'Exact'))] }),
      finds: [],
    },
    {
      name: 'a slash at the end is the same prefix',
      given: routed({
        ingresses: [
          ingress('web', toNext('/api')),
          ingress('copy', {
            ...younger,
            rules: [{ host: 'shop.example.com', paths: [ingressPath('/api/')] }],
          }),
        ],
      }),
      finds: [lost('Ingress shop/copy')],
    },
  ],
  unknown: [
    {
      name: 'the routes were not read',
      given: routed({ httpRoutes: unread('403') }),
      why: 'httpRoutes: 403',
    },
  ],
});
