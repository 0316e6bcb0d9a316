import { closedPort } from '../../../shared/rules/probe/closed-port.ts';
import { unread, type LoadBalancerService, type Probe } from '../../../shared/model/index.ts';
import {
  azure,
  loadBalancer,
  nicMember,
  node,
  podSpec,
  service,
  workload,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const members = [nicMember(node('user-0')), nicMember(node('user-1'))];

function probed(
  probe: Partial<Probe>,
  changes: Partial<LoadBalancerService> = {},
  more: SnapshotChanges = {},
): SnapshotChanges {
  return {
    services: [service(changes)],
    loadBalancers: [loadBalancer({ members, probe })],
    ...more,
  };
}

const raw = { annotations: azure({ 'port_80_health-probe_port': '8080' }) };
const found = { subject: 'Service shop/web', severity: 'critical' } as const;
const byAnnotation = [{ ...found, causes: ['probe-port-annotation'] }] as const;
const stale = [{ ...found, causes: ['stale-probe-port'] }] as const;
const hostPort = (port: number) => ({
  name: '',
  containerPort: port,
  hostPort: port,
  hostIp: '',
  protocol: 'TCP',
});

describeRule(closedPort, {
  fires: [
    {
      name: 'a container port that an annotation names',
      given: probed({ port: 8080 }, raw),
      finds: byAnnotation,
    },
    { name: 'the node port of an earlier Service', given: probed({ port: 31_999 }), finds: stale },
    {
      name: 'Cluster, a port of nobody',
      given: probed({ port: 8080 }, { ...raw, externalTrafficPolicy: 'Cluster' }),
      finds: byAnnotation,
    },
    {
      name: 'the Service wants a port of nobody asked, and Azure does not yet',
      given: probed({ port: 30_080 }, raw),
      finds: [{ ...found, severity: 'high', causes: ['probe-port-annotation'] }],
    },
  ],
  quiet: [
    { name: 'the health check of Local', given: {} },
    { name: 'the node port', given: probed({ port: 30_080 }) },
    { name: 'kube-proxy', given: probed({ protocol: 'http', port: 10_256, path: '/healthz' }) },
    {
      name: 'the node port of another Service',
      given: probed(
        { port: 31_999 },
        {},
        {
          nodePortServices: [
            {
              namespace: 'shop',
              name: 'other',
              externalTrafficPolicy: 'Cluster',
              ports: [{ name: '', protocol: 'TCP', port: 80, nodePort: 31_999 }],
            },
          ],
        },
      ),
    },
    {
      name: 'a host port of a DaemonSet, which may answer',
      given: probed({ port: 8080 }, raw, {
        daemonSets: [
          workload({ kind: 'DaemonSet', name: 'edge', spec: podSpec({ ports: [hostPort(8080)] }) }),
        ],
      }),
    },
    {
      name: 'a pod on the network of the host that declares the port',
      given: probed({ port: 8080 }, raw, {
        hostNetworkPods: [
          { namespace: 'shop', name: 'edge', node: node('user-0').name, ports: [hostPort(8080)] },
        ],
      }),
    },
    { name: 'the kubelet', given: probed({ port: 10_248 }) },
    { name: 'no rule in Azure', given: { loadBalancers: [] } },
  ],
  boundary: [
    {
      name: 'a port of nobody, and a probe that keeps all backends up where all are down',
      given: probed({ port: 8080, upWhenAllDown: true }, raw),
      finds: byAnnotation.map((each) => ({ ...each, severity: 'medium' as const })),
    },
    {
      name: 'a pod on the network of the host that declares nothing: of the system',
      given: probed({ port: 8080 }, raw, {
        hostNetworkPods: [
          { namespace: 'kube-system', name: 'agent', node: node('user-0').name, ports: [] },
        ],
      }),
      finds: byAnnotation,
    },
    {
      name: 'the same of a user',
      given: probed({ port: 8080 }, raw, {
        hostNetworkPods: [
          { namespace: 'shop', name: 'agent', node: node('user-0').name, ports: [] },
        ],
      }),
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'pods on the network of the host were not read',
      given: probed({ port: 30_080 }, raw, { hostNetworkPods: unread('403') }),
      why: 'hostNetworkPods: 403',
    },
    {
      name: 'a node port, and NodePort Services were not read',
      given: probed(
        { port: 30_080 },
        { annotations: azure({ 'port_80_health-probe_port': '31999' }) },
        { nodePortServices: unread('filtered') },
      ),
      why: 'nodePortServices: filtered',
    },
    { name: 'load balancers were not read', given: { loadBalancers: unread('403') }, why: '403' },
  ],
});
