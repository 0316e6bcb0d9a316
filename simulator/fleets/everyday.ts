import { cluster, deployment, nodesOfPool, pool, service, systemPool } from '../build.ts';
import type { ClusterDescription } from '../description.ts';

/** What goes wrong in ordinary clusters: settings of Services, a security team's rules, growth. */
export function everyday(): readonly ClusterDescription[] {
  return [intranet, partner, telemetry];
}

const annotated = (name: string, value: string) => ({
  annotations: { [`service.beta.kubernetes.io/${name}`]: value },
});

/** Annotations that mean something else than their owners think, and what that does to the traffic. */
const intranet = cluster('intranet-eu', {
  pools: [systemPool(), pool('user', { count: 3 })],
  services: [
    // The probe answers on every node, with a pod or without.
    service('intranet/portal', {
      ...annotated('port_80_health-probe_port', '10256'),
      ports: [{ port: 80, name: 'http', targetPort: 8080, probe: { port: 10_256 } }],
    }),
    // Meant to be internal; it is public, and nobody gets in.
    service('intranet/admin', annotated('azure-load-balancer-internal', 'True')),
    service('intranet/files', {
      ...annotated('azure-load-balancer-tcp-idletimeout', '30'),
      sessionAffinity: 'ClientIP',
    }),
    service('intranet/chat', {
      ports: [{ port: 5222, name: 'chat', appProtocol: 'xmpp' }],
      policy: 'Cluster',
    }),
    service('intranet/wiki'),
    // The port of the container, where the annotation takes a port of the nodes.
    service('intranet/sso', {
      ...annotated('port_443_health-probe_port', '8443'),
      ports: [{ port: 443, name: 'https', targetPort: 8443, probe: { port: 8443 } }],
      policy: 'Cluster',
    }),
    service('intranet/reports'),
  ],
  securityGroup: { rules: [], withoutAllow: ['intranet/admin'] },
  policyEngine: 'azure',
  // Lets in what is in the cluster, and nobody else.
  networkPolicies: [
    {
      namespace: 'intranet',
      name: 'reports-from-the-cluster',
      spec: {
        podSelector: { matchLabels: { app: 'reports' } },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ namespaceSelector: {} }] }],
      },
    },
  ],
  workloads: [
    deployment('intranet/portal', ['user-0', 'user-1']),
    deployment('intranet/admin', nodesOfPool('user', 3)),
    deployment('intranet/files', nodesOfPool('user', 3)),
    deployment('intranet/chat', nodesOfPool('user', 3)),
    deployment('intranet/sso', nodesOfPool('user', 3)),
    deployment('intranet/reports', nodesOfPool('user', 3)),
    // Both on one node: it carries everything.
    deployment('intranet/wiki', ['user-2', 'user-2'], { spread: false }),
  ],
});

/** A security team closes node ports, which the health probes go to, and one port of a Service. */
const partner = cluster('partner-edge', {
  pools: [systemPool(), pool('user', { count: 2 })],
  services: [
    service('partner/exchange', { ports: [{ port: 8443, name: 'https', targetPort: 8443 }] }),
  ],
  securityGroup: {
    rules: [
      { name: 'no-8443', priority: 300, access: 'Deny', source: 'Internet', ports: ['8443'] },
      { name: 'no-node-ports', priority: 310, access: 'Deny', ports: ['30000-32767'] },
    ],
    withoutAllow: [],
  },
  changes: [
    {
      of: 'securityGroup',
      minutesAgo: 52,
      operation: 'Microsoft.Network/networkSecurityGroups/securityRules/write',
      clientType: 'ARM Template',
      changedBy: 'b7c1d2e3-4f50-4a61-8b72-9c83ad94be05',
      paths: ['properties.securityRules["no-node-ports"]'],
    },
  ],
  workloads: [deployment('partner/exchange', nodesOfPool('user', 2))],
});

const excludeLabel = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** Nodes come and go: ports that are dealt out by their number, labels and taints that some are left with. */
const telemetry = cluster('telemetry-eu', {
  outbound: { allocatedPorts: 0 },
  pools: [
    systemPool(),
    pool('ingest', {
      count: 4,
      zones: ['1', '2', '3'],
      autoscaler: { min: 3, max: 80 },
      oddNodes: [
        { index: 1, snatUsed: 0.97 },
        { index: 2, labels: { [excludeLabel]: 'true' } },
        { index: 3, taints: ['team=red:NoSchedule'] },
      ],
    }),
  ],
  services: [service('telemetry/collector', { policy: 'Cluster' })],
  workloads: [
    deployment('telemetry/collector', ['ingest-0', 'ingest-1', 'ingest-3'], {
      spec: {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [
                    {
                      key: 'kubernetes.azure.com/agentpool',
                      operator: 'In',
                      values: ['ingest', 'ingestlarge'],
                    },
                  ],
                },
              ],
            },
          },
        },
      },
    }),
  ],
});
