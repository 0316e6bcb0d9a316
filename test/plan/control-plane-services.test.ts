import { describe } from '@jest/globals';
import { deletion, serviceText, testChanges, web } from './control-plane.ts';

const prefix = 'service.beta.kubernetes.io/';

describe('a change of a Service in a whole case', () => {
  testChanges([
    [
      'type LoadBalancer that becomes ClusterIP',
      'standard-healthy',
      { manifests: web({ type: 'ClusterIP' }) },
      ['shop/web:80 gone'],
    ],
    [
      'type ClusterIP that becomes LoadBalancer',
      'ingress-migration',
      {
        manifests: serviceText('web', 'shop', {
          type: 'LoadBalancer',
          externalTrafficPolicy: 'Local',
        }),
      },
      ['web/shop:80 even 33/33/33'],
    ],
    [
      'loadBalancerClass of a Service that exists',
      'standard-healthy',
      {
        manifests: web({
          loadBalancerClass: 'x/y',
        }),
      },
      ['Service shop/web: spec.loadBalancerClass cannot change; delete and recreate the Service'],
    ],
    [
      'a node port of another Service',
      'probe-mismatch',
      {
        manifests: serviceText('shop', 'web', {
          ports: [{ name: 'http', port: 80, nodePort: 30252 }],
        }),
      },
      ['Service shop/web: nodePort 30252 is already allocated to Service shop/edited'],
    ],
    [
      'an address that is no public IP',
      'standard-healthy',
      {
        manifests: web({
          loadBalancerIP: '20.1.2.3',
        }),
      },
      ['shop/web:80 even 33/33/33'],
    ],
    [
      'a public IP by a name that does not exist',
      'standard-healthy',
      {
        manifests: web({}, { [prefix + 'azure-pip-name']: 'nope' }),
      },
      ['shop/web:80 even 33/33/33'],
    ],
    [
      'a namespace that does not exist',
      'standard-healthy',
      {
        manifests: serviceText('nowhere', 'web', {
          selector: { app: 'web' },
          ports: [{ name: 'http', port: 80 }],
        }),
      },
      ['Service nowhere/web: the cluster has no such namespace, and no manifest creates it'],
    ],
    [
      'a shared address with a port that is taken',
      'service-settings',
      {
        manifests: serviceText('shop', 'new', {
          loadBalancerIP: '20.50.200.10',
          selector: { app: 'web' },
          ports: [{ name: 'http', port: 80 }],
        }),
      },
      ['shop/new:80 none 0/0/0'],
    ],
    [
      'a shared address with a port of its own',
      'service-settings',
      {
        manifests: serviceText('shop', 'new', {
          loadBalancerIP: '20.50.200.10',
          externalTrafficPolicy: 'Local',
          selector: { app: 'web' },
          ports: [{ name: 'http', port: 8080 }],
        }),
      },
      ['shop/new:8080 even 33/33/33'],
    ],
    [
      'PreferDualStack where there is one family',
      'standard-healthy',
      {
        manifests: web({
          ipFamilyPolicy: 'PreferDualStack',
        }),
      },
      [],
    ],
    [
      'RequireDualStack where there is one family',
      'standard-healthy',
      {
        manifests: web({
          ipFamilyPolicy: 'RequireDualStack',
        }),
      },
      [
        'Service shop/web: RequireDualStack needs a dual-stack cluster, and this one has IPv4 alone',
      ],
    ],
    [
      'two ports without names',
      'standard-healthy',
      {
        manifests: serviceText('shop', 'web2', {
          selector: { app: 'web' },
          ports: [{ port: 80 }, { port: 81 }],
        }),
      },
      ['Service shop/web2: each of several ports needs a name in spec.ports'],
    ],
    [
      'a traffic policy on ClusterIP',
      'standard-healthy',
      {
        manifests: serviceText('shop', 'web2', {
          type: 'ClusterIP',
          externalTrafficPolicy: 'Local',
          selector: { app: 'web' },
          ports: [{ port: 80 }],
        }),
      },
      [
        'Service shop/web2: spec.externalTrafficPolicy is for type LoadBalancer and NodePort, not ClusterIP',
      ],
    ],
    [
      'a node port out of range',
      'standard-healthy',
      {
        manifests: serviceText('shop', 'web2', {
          selector: { app: 'web' },
          ports: [{ port: 80, nodePort: 80 }],
        }),
      },
      ['Service shop/web2: nodePort 80 is not in the range 30000-32767'],
    ],
    [
      'a deletion that takes its public IP with it',
      'service-settings',
      { deletions: deletion('svc/shop/front') },
      ['shop/front:80 gone'],
    ],
    [
      'Cluster that becomes Local',
      'standard-taints',
      {
        manifests: web({
          externalTrafficPolicy: 'Local',
        }),
      },
      ['shop/web:80 even 17/17/17/17/17/17'],
    ],
    [
      'Local that becomes Cluster, several load balancers',
      'several-load-balancers',
      {
        manifests: web({
          externalTrafficPolicy: 'Cluster',
        }),
      },
      ['shop/web:80 even 33/33/33'],
    ],
    [
      'the internal annotation removed',
      'backend-drift',
      {
        manifests: serviceText(
          'shop',
          'api',
          { ports: [{ name: 'http', port: 80 }] },
          { [prefix + 'azure-load-balancer-internal']: null },
        ),
      },
      ['dns/resolver:53 even 50/50', 'shop/api:80 even 50/50'],
    ],
    [
      'the internal annotation added',
      'standard-healthy',
      {
        manifests: web({}, { [prefix + 'azure-load-balancer-internal']: 'true' }),
      },
      ['shop/web:80 even 33/33/33'],
    ],
    [
      'a probe port where nothing listens',
      'probe-mismatch',
      {
        manifests: web({}, { [prefix + 'port_80_health-probe_port']: '9999' }),
      },
      ['shop/web:80 none 0/0/0'],
    ],
    [
      'a mode annotation on Standard',
      'standard-healthy',
      {
        manifests: web({}, { [prefix + 'azure-load-balancer-mode']: 'x' }),
      },
      ['shop/web:80 even 33/33/33'],
    ],
    [
      'a port that is renamed',
      'standard-healthy',
      { manifests: serviceText('shop', 'web', { ports: [{ name: 'web', port: 80 }] }) },
      ['shop/web:80 even 33/33/33'],
    ],
    [
      'a port more',
      'standard-healthy',
      {
        manifests: serviceText('shop', 'web', {
          ports: [
            { name: 'http', port: 80 },
            { name: 'tls', port: 443 },
          ],
        }),
      },
      ['shop/web:80 even 33/33/33', 'shop/web:443 even 33/33/33'],
    ],
    [
      'a selector that selects nothing',
      'standard-healthy',
      {
        manifests: web({
          selector: { version: '2' },
        }),
      },
      ['shop/web:80 none '],
    ],
  ]);
});
