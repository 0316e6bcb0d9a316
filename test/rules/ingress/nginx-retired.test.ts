import { describe, expect, test } from '@jest/globals';
import { nginxRetired } from '../../../shared/rules/ingress/nginx-retired.ts';
import { unread, type IngressProfile } from '../../../shared/model/index.ts';
import {
  cluster,
  frontendService,
  ingress,
  ingressClass,
  managedCluster,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

function profile(ingressProfile: Partial<IngressProfile>): SnapshotChanges {
  return {
    managedCluster: managedCluster({ ingress: ingressProfile }),
    services: [],
    endpointSlices: [],
  };
}

const nginx = frontendService('app-routing-system', 'nginx', '20.50.10.20');
const found = { subject: 'Cluster aks', severity: 'medium', causes: ['support-ends'] } as const;
const routingClass = 'webapprouting.kubernetes.azure.com';

describeRule(nginxRetired, {
  fires: [
    {
      name: 'the add-on is on',
      given: profile({ applicationRouting: true }),
      finds: [found],
    },
    {
      name: 'the add-on and its NGINX, with the hosts that are still there',
      given: {
        ...profile({ applicationRouting: true, defaultNginx: 'AnnotationControlled' }),
        services: [nginx],
        ingressClasses: [ingressClass(routingClass, `${routingClass}/nginx`)],
        ingresses: [ingress('web', { className: routingClass })],
      },
      finds: [{ ...found, evidence: { addresses: ['20.50.10.20'], hosts: ['shop.example.com'] } }],
    },
    {
      name: 'a NginxIngressController with a name of its own, and the default one off',
      given: {
        ...profile({ applicationRouting: true, defaultNginx: 'None' }),
        services: [frontendService('app-routing-system', 'edge-0', '20.50.10.20')],
        ingressClasses: [ingressClass('edge', 'approuting.kubernetes.azure.com/edge')],
        ingresses: [ingress('web', { className: 'edge' })],
      },
      finds: [{ ...found, evidence: { addresses: ['20.50.10.20'], hosts: ['shop.example.com'] } }],
    },
    {
      name: 'the Gateway API beside it, and NGINX is still there',
      given: {
        ...profile({ applicationRouting: true, routingIstio: 'Enabled' }),
        services: [nginx],
      },
      finds: [found],
    },
    {
      name: 'the profile was not read, the Service tells',
      given: { managedCluster: unread('403'), services: [nginx] },
      finds: [found],
    },
  ],
  quiet: [
    { name: 'no add-on', given: {} },
    {
      name: 'a Gateway in the namespace of the add-on',
      given: {
        ...profile({ applicationRouting: true, routingIstio: 'Enabled' }),
        services: [
          frontendService('app-routing-system', 'web-approuting-istio', '20.50.10.30', {
            labels: new Map([['gateway.networking.k8s.io/gateway-name', 'web']]),
          }),
        ],
      },
    },
    { name: 'the add-on is off', given: profile({ applicationRouting: false }) },
    {
      name: 'the add-on without NGINX',
      given: profile({ applicationRouting: true, defaultNginx: 'None', routingIstio: 'Enabled' }),
    },
    {
      name: 'somebody’s own NGINX',
      given: { services: [frontendService('ingress-nginx', 'nginx', '20.50.10.20')] },
    },
  ],
  boundary: [
    {
      name: 'the Gateway API, and no Service of NGINX',
      given: profile({ applicationRouting: true, routingIstio: 'Enabled' }),
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'the profile was not read and no Service tells',
      given: { managedCluster: unread('403'), services: [] },
      why: 'managedCluster: 403',
    },
  ],
});

describe('the end of its support', () => {
  test.each([
    ['2026-11-30T23:59:59Z', 'medium'],
    ['2026-12-01T00:00:00Z', 'high'],
  ])('at %s: %s', (takenAt, severity) => {
    const snapshot = { ...cluster(profile({ applicationRouting: true })), takenAt };
    expect(nginxRetired.run(snapshot)).toMatchObject({ faults: [{ severity }] });
  });
});
