import { unknownAppProtocol } from '../../../shared/rules/probe/unknown-app-protocol.ts';
import { unread, type LoadBalancerService } from '../../../shared/model/index.ts';
import { azure, port443, port80, service, type SnapshotChanges } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const info = {
  subject: 'Service shop/web',
  severity: 'info',
  causes: ['app-protocol-not-probed'],
} as const;

function web(
  appProtocol: string | null = 'grpc',
  annotations: Readonly<Record<string, string>> = {},
  changes: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  const port = appProtocol === null ? port80 : { ...port80, appProtocol };
  return {
    services: [
      service({
        externalTrafficPolicy: 'Cluster',
        ports: [port],
        annotations: azure(annotations),
        ...changes,
      }),
    ],
  };
}

describeRule(unknownAppProtocol, {
  fires: [
    {
      name: 'grpc',
      given: web(),
      finds: [
        { ...info, evidence: { ports: [{ port: 80, appProtocol: 'grpc', probe: 'Tcp 30080' }] } },
      ],
    },
    { name: 'h2c by its Kubernetes name', given: web('kubernetes.io/h2c'), finds: [info] },
    { name: 'a typo', given: web('htpp'), finds: [info] },
    {
      name: 'two ports: one finding',
      given: web(
        'mongo',
        {},
        {
          ports: [
            { ...port80, appProtocol: 'mongo' },
            { ...port443, appProtocol: 'grpc' },
          ],
        },
      ),
      finds: [
        { ...info, evidence: { ports: [{ appProtocol: 'mongo' }, { appProtocol: 'grpc' }] } },
      ],
    },
  ],
  quiet: [
    { name: 'no appProtocol', given: web(null) },
    {
      name: 'Local asks the health check',
      given: web('grpc', {}, { externalTrafficPolicy: 'Local' }),
    },
    {
      name: 'the port says tcp by annotation',
      given: web('grpc', { 'port_80_health-probe_protocol': 'tcp' }),
    },
    {
      name: 'the port says http by annotation',
      given: web('grpc', { 'port_80_health-probe_protocol': 'http' }),
    },
    {
      name: 'UDP has no probe',
      given: web('x', {}, { ports: [{ ...port80, protocol: 'UDP', appProtocol: 'quic' }] }),
    },
    { name: 'the port has no rule', given: web('grpc', { port_80_no_lb_rule: 'true' }) },
    { name: 'the Service is being deleted', given: web('grpc', {}, { deleting: true }) },
    {
      name: 'another controller serves the Service',
      given: web('grpc', {}, { loadBalancerClass: 'tailscale' }),
    },
  ],
  boundary: [
    { name: 'tcp', given: web('TCP '), finds: [] },
    { name: 'http', given: web('http'), finds: [] },
    { name: 'https', given: web(' Https'), finds: [] },
    { name: 'an empty one', given: web(''), finds: [] },
    { name: 'http and more', given: web('http2'), finds: [info] },
    {
      name: 'what the Service says comes after appProtocol, and is not read',
      given: web('grpc', { 'azure-load-balancer-health-probe-protocol': 'http' }),
      finds: [info],
    },
  ],
  unknown: [
    {
      name: 'the SKU is not known',
      given: { ...web(), loadBalancers: [], managedCluster: unread('403') },
      why: 'shop/web: managedCluster: the load balancer SKU was not read',
    },
  ],
});
