import { httpRootPath } from '../../../shared/rules/probe/http-root-path.ts';
import { unread, type LoadBalancerService, type ServicePort } from '../../../shared/model/index.ts';
import {
  azure,
  loadBalancer,
  port443,
  port80,
  service,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const medium = {
  subject: 'Service shop/web',
  severity: 'medium',
  causes: ['app-protocol-without-path'],
} as const;

const http: ServicePort = { ...port80, appProtocol: 'http' };
const https: ServicePort = { ...port443, appProtocol: 'https' };

function web(
  ports: readonly ServicePort[] = [http],
  annotations: Readonly<Record<string, string>> = {},
  changes: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  const annotated = azure(annotations);
  return {
    services: [
      service({ externalTrafficPolicy: 'Cluster', ports, annotations: annotated, ...changes }),
    ],
  };
}

const protocolHttp = { 'azure-load-balancer-health-probe-protocol': 'http' };

const basic = { loadBalancers: [loadBalancer({ sku: 'basic' })] };

describeRule(httpRootPath, {
  fires: [
    {
      name: 'Cluster, appProtocol http and no path',
      given: web(),
      finds: [
        {
          ...medium,
          evidence: { ports: [{ port: 80, appProtocol: 'http', probe: 'Http 30080 /' }] },
        },
      ],
    },
    {
      name: 'https, in another letter case and with blanks',
      given: web([{ ...https, appProtocol: ' HTTPS ' }]),
      finds: [{ ...medium, evidence: { ports: [{ port: 443, probe: 'Https 30443 /' }] } }],
    },
    {
      name: 'both ports of an ingress controller: one finding',
      given: web([http, https]),
      finds: [{ ...medium, evidence: { ports: [{ port: 80 }, { port: 443 }] } }],
    },
    {
      name: 'Local, where a probe port takes the place of the health check',
      given: web(
        [http],
        { 'port_80_health-probe_port': '9000' },
        { externalTrafficPolicy: 'Local' },
      ),
      finds: [{ ...medium, evidence: { ports: [{ probe: 'Http 9000 /' }] } }],
    },
    {
      name: 'an ingress, and the protocol by annotation',
      given: web([port80], protocolHttp, { name: 'kong-proxy' }),
      finds: [
        {
          subject: 'Service shop/kong-proxy',
          severity: 'high',
          causes: ['annotation-without-path'],
          evidence: { ingress: 'Kong', ports: [{ port: 80, probe: 'Http 30080 /' }] },
        },
      ],
    },
    {
      name: 'a path of another port does not count',
      given: web([http], { 'port_443_health-probe_request-path': '/up' }),
      finds: [medium],
    },
  ],
  quiet: [
    {
      name: 'Local asks the health check',
      given: web([http], {}, { externalTrafficPolicy: 'Local' }),
    },
    { name: 'no appProtocol', given: web([port80]) },
    {
      name: 'the protocol by annotation, before pods of any kind',
      given: web([port80], protocolHttp),
    },
    {
      name: 'an ingress, the protocol and the path by annotation',
      given: web(
        [port80],
        { ...protocolHttp, 'azure-load-balancer-health-probe-request-path': '/status' },
        { name: 'kong-proxy' },
      ),
    },
    { name: 'appProtocol tcp', given: web([{ ...port80, appProtocol: 'tcp' }]) },
    {
      name: 'a path of the port',
      given: web([http], { 'port_80_health-probe_request-path': '/up' }),
    },
    {
      name: 'a path of the Service',
      given: web([http], { 'azure-load-balancer-health-probe-request-path': '/up' }),
    },
    {
      name: 'the port is probed by tcp, as an annotation says',
      given: web([http], { 'port_80_health-probe_protocol': 'tcp' }),
    },
    {
      name: 'http by annotation: somebody has thought of it',
      given: web([port80], { 'azure-load-balancer-health-probe-protocol': 'http' }),
    },
    {
      name: 'no probe at all: another finding',
      given: web([http], { port_80_no_probe_rule: 'true' }),
    },
    { name: 'the port has no rule', given: web([http], { port_80_no_lb_rule: 'true' }) },
    { name: 'https on Basic is probed by tcp', given: { ...web([https]), ...basic } },
    { name: 'the Service is being deleted', given: web([http], {}, { deleting: true }) },
    {
      name: 'another controller serves the Service',
      given: web([http], {}, { loadBalancerClass: 'tailscale' }),
    },
  ],
  boundary: [
    {
      name: 'the path / is named: it is meant',
      given: web([http], { 'port_80_health-probe_request-path': '/' }),
      finds: [],
    },
    { name: 'http on Basic', given: { ...web(), ...basic }, finds: [medium] },
    {
      name: 'the Service says tcp, and appProtocol goes before',
      given: web([http], { 'azure-load-balancer-health-probe-protocol': 'tcp' }),
      finds: [medium],
    },
  ],
  unknown: [
    {
      name: 'the SKU is not known, on which https depends',
      given: { ...web([https]), loadBalancers: [], managedCluster: unread('403') },
      why: 'shop/web: managedCluster: the load balancer SKU was not read',
    },
  ],
});
