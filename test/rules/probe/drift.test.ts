import { drift } from '../../../shared/rules/probe/drift.ts';
import {
  unread,
  type LoadBalancer,
  type LoadBalancerService,
  type Probe,
} from '../../../shared/model/index.ts';
import {
  azure,
  loadBalancer,
  nicMember,
  node,
  port443,
  port80,
  service,
  serviceKeyOfWeb as key,
  type LoadBalancerChanges,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const medium = { subject: 'Service shop/web', severity: 'medium' } as const;
const health: Partial<Probe> = {
  name: `${key}-TCP-31000`,
  protocol: 'http',
  port: 31_000,
  path: '/healthz',
};
const nodePort: Partial<Probe> = { name: `${key}-TCP-80` };

function probed(
  probe: LoadBalancerChanges['probe'],
  changes: Partial<LoadBalancerService> = {},
  more: LoadBalancerChanges = {},
): SnapshotChanges {
  const members = [nicMember(node('user-0')), nicMember(node('user-1'))];
  return {
    services: [service(changes)],
    loadBalancers: [loadBalancer({ members, ...(probe !== undefined && { probe }), ...more })],
  };
}

const cluster = { externalTrafficPolicy: 'Cluster' };

function silent(field: 'intervalSeconds' | 'threshold'): LoadBalancer {
  const given = loadBalancer({ members: [nicMember(node('user-0'))] });
  return {
    ...given,
    probes: given.probes.map(({ [field]: _given, ...probe }) => probe),
  };
}

describeRule(drift, {
  fires: [
    {
      name: 'Local, and Azure probes the node port by tcp',
      given: probed({ ...nodePort, port: 30_080 }),
      finds: [
        {
          ...medium,
          causes: ['probe-name', 'probe-path', 'probe-port', 'probe-protocol'],
          evidence: {
            rules: [
              {
                rule: `${key}-TCP-80`,
                differences: [
                  { field: 'name', asked: `${key}-TCP-31000`, azure: `${key}-TCP-80` },
                  { field: 'protocol', asked: 'Http', azure: 'tcp' },
                  { field: 'port', asked: '31000', azure: '30080' },
                  { field: 'path', asked: '/healthz', azure: 'none' },
                ],
              },
            ],
          },
        },
      ],
    },
    {
      name: 'another interval, by hand',
      given: probed({ ...health, intervalSeconds: 15 }),
      finds: [{ ...medium, causes: ['probe-interval'] }],
    },
    {
      name: 'another threshold, by hand',
      given: probed({ ...health, threshold: 1 }),
      finds: [{ ...medium, causes: ['probe-threshold'] }],
    },
    {
      name: 'another path',
      given: probed({ ...health, path: '/' }),
      finds: [{ ...medium, causes: ['probe-path'] }],
    },
    {
      name: 'a node port of before',
      given: probed({ ...nodePort, port: 30_081 }, cluster),
      finds: [{ ...medium, causes: ['probe-port'] }],
    },
    {
      name: 'no probe where one is asked for',
      given: probed('none'),
      finds: [{ ...medium, causes: ['probe-presence'] }],
    },
    {
      name: 'a probe where none is asked for',
      given: probed('node-port', {
        ...cluster,
        annotations: azure({ port_80_no_probe_rule: 'true' }),
      }),
      finds: [{ ...medium, causes: ['probe-presence'] }],
    },
    {
      name: 'two rules: one finding',
      given: probed('none', { ports: [port80, port443] }, { ports: [{ port: 80 }, { port: 443 }] }),
      finds: [{ ...medium, causes: ['probe-presence'], evidence: { rules: [{}, {}] } }],
    },
    {
      name: 'Cluster with a probe of its own where the cluster shares one',
      given: {
        services: [service(cluster)],
        loadBalancers: [
          loadBalancer({ members: [nicMember(node('user-0'))], probe: 'node-port' }),
          loadBalancer({
            name: 'other',
            key: `a${'0'.repeat(31)}`,
            probe: { name: 'cluster-service-shared-health-probe', protocol: 'http', port: 10_356 },
          }),
        ],
      },
      finds: [{ ...medium, causes: ['probe-name', 'probe-path', 'probe-port', 'probe-protocol'] }],
    },
  ],
  quiet: [
    { name: 'the health check of Local', given: {} },
    {
      name: 'the health check of Local under another name of the Service',
      given: probed({ ...health, name: `${key}-internal-TCP-31000` }),
    },
    { name: 'the node port under Cluster', given: probed('node-port', cluster) },
    {
      name: 'the shared probe, on the port that it says itself',
      given: probed(
        {
          name: 'cluster-service-shared-health-probe',
          protocol: 'http',
          port: 10_356,
          path: '/healthz',
        },
        cluster,
      ),
    },
    {
      name: 'UDP under Cluster without a probe',
      given: probed(
        'none',
        { ...cluster, ports: [{ ...port80, protocol: 'UDP' }] },
        {
          ports: [{ port: 80, protocol: 'udp' }],
        },
      ),
    },
    {
      name: 'settings of the Service, and Azure has them',
      given: probed(
        { ...nodePort, protocol: 'http', path: '/up', intervalSeconds: 10, threshold: 4 },
        {
          ...cluster,
          annotations: azure({
            'port_80_health-probe_protocol': 'http',
            'azure-load-balancer-health-probe-request-path': '/up',
            'azure-load-balancer-health-probe-interval': '10',
            'azure-load-balancer-health-probe-num-of-probe': '4',
          }),
        },
      ),
    },
    {
      name: 'no probe, as asked for',
      given: probed('none', { annotations: azure({ port_80_no_probe_rule: 'true' }) }),
    },
    { name: 'no rule at all: another finding', given: probed('none', {}, { ports: [] }) },
    {
      name: 'one of two ports has no rule: another finding',
      given: probed('health-check', { ports: [port80, port443] }),
    },
    {
      name: 'one rule for all ports',
      given: {
        services: [
          service({
            annotations: azure({
              'azure-load-balancer-internal': 'true',
              'azure-load-balancer-enable-high-availability-ports': 'true',
            }),
          }),
        ],
        loadBalancers: [
          loadBalancer({
            name: 'kubernetes-internal',
            members: [nicMember(node('user-0'))],
            ports: [{ port: 0, protocol: 'all' }],
          }),
        ],
      },
    },
    { name: 'the Service is being deleted', given: probed('none', { deleting: true }) },
    {
      name: 'another controller serves the Service',
      given: probed('none', { loadBalancerClass: 'tailscale' }),
    },
    { name: 'there is no Service', given: { services: [] } },
  ],
  boundary: [
    {
      name: 'names in other letters are the same name',
      given: probed({ ...health, name: `${key.toUpperCase()}-tcp-31000` }),
      finds: [],
    },
    {
      name: 'a tcp probe has no path, whatever stands there',
      given: probed({ ...nodePort, path: '/' }, cluster),
      finds: [],
    },
    {
      name: 'appProtocol http without a path: / is what is asked for',
      given: probed(
        { ...nodePort, protocol: 'http', path: '/' },
        { ...cluster, ports: [{ ...port80, appProtocol: 'http' }] },
      ),
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'the cloud provider refuses the Service',
      given: probed('health-check', {
        annotations: azure({ 'azure-load-balancer-tcp-idle-timeout': '3' }),
      }),
      why: 'shop/web: the cloud provider rejects the Service: "idle timeout',
    },
    {
      name: 'Azure does not say the threshold',
      given: { loadBalancers: [silent('threshold')] },
      why: 'shop/web: Azure does not return the threshold of probe',
    },
    {
      name: 'Azure does not say the interval',
      given: { loadBalancers: [silent('intervalSeconds')] },
      why: 'shop/web: Azure does not return the interval of probe',
    },
    {
      name: 'a rule of the Service cannot be read',
      given: { loadBalancers: [{ ...loadBalancer(), unreadableRules: [`${key}-TCP-443`] }] },
      why: 'shop/web: a rule of load balancer kubernetes cannot be read',
    },
    {
      name: 'a shared probe of http that names no path',
      given: probed(
        { name: 'cluster-service-shared-health-probe', protocol: 'http', port: 10_256 },
        cluster,
      ),
      why: 'shop/web: Azure does not return the path of probe cluster-service-shared-health-probe',
    },
    {
      name: 'a rule refers to a probe that does not exist',
      given: { loadBalancers: [{ ...loadBalancer(), probes: [] }] },
      why: 'refers to a probe that does not exist',
    },
    {
      name: 'the SKU is not known',
      given: { loadBalancers: [], managedCluster: unread('403') },
      why: 'shop/web: managedCluster: the load balancer SKU was not read',
    },
  ],
});
