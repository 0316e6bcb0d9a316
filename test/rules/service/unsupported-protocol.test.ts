import { unsupportedProtocol } from '../../../shared/rules/service/unsupported-protocol.ts';
import { unread, type LoadBalancerService, type ServicePort } from '../../../shared/model/index.ts';
import {
  azure,
  loadBalancer,
  managedCluster,
  port80,
  service,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = { subject: 'Service shop/web', severity: 'high' } as const;
const noSctp = { ...high, causes: ['sctp'] } as const;
const noAllPorts = { ...high, causes: ['high-availability-ports'] } as const;
const sctp: ServicePort = { ...port80, protocol: 'SCTP' };
const internal = { 'azure-load-balancer-internal': 'true' };
const allPorts = { 'azure-load-balancer-enable-high-availability-ports': 'true' };

function web(
  ports: readonly ServicePort[],
  annotations: Readonly<Record<string, string>> = {},
  changes: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  return {
    services: [service({ ports, annotations: azure(annotations), ...changes })],
    loadBalancers: [],
  };
}

const basic = { managedCluster: managedCluster({ loadBalancerSku: 'basic' }) };

describeRule(unsupportedProtocol, {
  fires: [
    {
      name: 'SCTP on an external Service',
      given: web([port80, { ...sctp, port: 3868 }]),
      finds: [
        {
          ...noSctp,
          evidence: {
            internal: false,
            sku: 'standard',
            ports: ['80/TCP', '3868/SCTP'],
            refused: ['3868/SCTP'],
          },
        },
      ],
    },
    { name: 'SCTP on Basic', given: { ...web([sctp], internal), ...basic }, finds: [noSctp] },
    {
      name: 'high availability ports on an external Service',
      given: web([port80], allPorts),
      finds: [{ ...noAllPorts, evidence: { refused: [] } }],
    },
    {
      name: 'high availability ports on Basic',
      given: { ...web([port80], { ...internal, ...allPorts }), ...basic },
      finds: [noAllPorts],
    },
    {
      name: 'both',
      given: web([sctp], allPorts),
      finds: [{ ...high, causes: ['high-availability-ports', 'sctp'] }],
    },
    {
      name: 'external, whatever the SKU is',
      given: { ...web([sctp]), managedCluster: unread('403'), loadBalancers: unread('403') },
      finds: [{ ...noSctp, evidence: { sku: 'not known' } }],
    },
  ],
  quiet: [
    { name: 'TCP', given: {} },
    { name: 'UDP', given: web([{ ...port80, protocol: 'UDP' }]) },
    { name: 'SCTP on an internal Service on Standard', given: web([sctp], internal) },
    {
      name: 'high availability ports on an internal Service on Standard',
      given: web([port80], { ...internal, ...allPorts }),
    },
    {
      name: 'high availability ports are switched off',
      given: web([port80], { 'azure-load-balancer-enable-high-availability-ports': 'false' }),
    },
    {
      name: 'an SCTP port that is to have no rule',
      given: web([sctp], { port_80_no_lb_rule: 'true' }),
    },
    { name: 'the Service is being deleted', given: web([sctp], {}, { deleting: true }) },
    {
      name: 'another controller serves the Service',
      given: web([sctp], {}, { loadBalancerClass: 'tailscale' }),
    },
    {
      name: 'TCP, and the SKU was not read',
      given: {
        ...web([port80], internal),
        managedCluster: unread('403'),
        loadBalancers: unread('403'),
      },
    },
  ],
  boundary: [
    {
      name: 'internal in another letter case: the rules are written as internal ones',
      given: web([sctp], { 'azure-load-balancer-internal': 'True' }),
      finds: [],
    },
    {
      name: 'one rule for all ports leaves the protocols of the ports alone',
      given: web([{ ...port80, protocol: 'DCCP' }], { ...internal, ...allPorts }),
      finds: [],
    },
    {
      name: 'a protocol of a later time',
      given: web([{ ...port80, protocol: 'DCCP' }], internal),
      finds: [{ ...high, causes: ['unknown-protocol'] }],
    },
    {
      name: 'the SKU of the load balancer that the Service is on goes before that of the cluster',
      given: {
        ...web([sctp], internal),
        loadBalancers: [loadBalancer({ name: 'kubernetes-internal', sku: 'basic' })],
      },
      finds: [noSctp],
    },
  ],
  unknown: [
    {
      name: 'internal, and the SKU was not read',
      given: {
        ...web([sctp], internal),
        managedCluster: unread('403'),
        loadBalancers: unread('404'),
      },
      why: 'shop/web: loadBalancers: 404',
    },
  ],
});
