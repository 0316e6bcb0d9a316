import { ruleDrift } from '../../../shared/rules/service/rule-drift.ts';
import {
  unread,
  type LoadBalancer,
  type LoadBalancerRule,
  type LoadBalancerService,
} from '../../../shared/model/index.ts';
import {
  azure,
  loadBalancer,
  nicMember,
  node,
  port80,
  service,
  type LoadBalancerChanges,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const members = [nicMember(node('user-0')), nicMember(node('user-1'))];

function changed(
  rule: Partial<LoadBalancerRule>,
  own: Partial<LoadBalancerService> = {},
  more: LoadBalancerChanges = {},
): SnapshotChanges {
  const balancer = loadBalancer({ members, ...more });
  const rules = balancer.rules.map((each) => ({ ...each, ...rule }));
  return { services: [service(own)], loadBalancers: [{ ...balancer, rules }] };
}

/** Rules of one number for both protocols, each to its own node port. */
function dns(): LoadBalancer {
  const ports = [{ port: 53 }, { port: 53, protocol: 'udp' }];
  const balancer = loadBalancer({ members, probe: 'node-port', ports });
  const rules = balancer.rules.map((each) => ({
    ...each,
    floatingIp: false,
    idleTimeoutMinutes: 30,
    backendPort: each.protocol === 'udp' ? 30_054 : 30_053,
  }));
  return { ...balancer, rules };
}

const high = { subject: 'Service shop/web', severity: 'high' } as const;
const critical = { ...high, severity: 'critical' } as const;
const noFloating = { annotations: azure({ 'azure-disable-load-balancer-floating-ip': 'true' }) };

describeRule(ruleDrift, {
  fires: [
    {
      name: 'packets go to a port of the nodes that nobody opens',
      given: changed({ floatingIp: false, backendPort: 80 }, noFloating),
      finds: [{ ...critical, causes: ['no-listener', 'rule-backend-port'] }],
    },
    {
      name: 'another idle timeout',
      given: changed({ idleTimeoutMinutes: 30 }),
      finds: [{ ...high, causes: ['rule-idle-timeout-minutes'] }],
    },
    {
      name: 'no TCP reset',
      given: changed({ tcpReset: false }),
      finds: [{ ...high, causes: ['rule-tcp-reset'] }],
    },
    {
      name: 'a distribution by client',
      given: changed({ loadDistribution: 'SourceIP' }),
      finds: [{ ...high, causes: ['rule-distribution'] }],
    },
    {
      name: 'another idle timeout of a number that TCP and UDP have with different node ports',
      given: {
        services: [
          service({
            ...noFloating,
            externalTrafficPolicy: 'Cluster',
            ports: [
              { ...port80, port: 53, nodePort: 30_053 },
              { name: 'udp', protocol: 'UDP', port: 53, nodePort: 30_054 },
            ],
          }),
        ],
        loadBalancers: [dns()],
      },
      finds: [{ ...high, causes: ['rule-idle-timeout-minutes'] }],
    },
    {
      name: 'the pool of somebody else',
      given: changed({}, {}, { poolName: 'mine' }),
      finds: [{ ...high, causes: ['rule-backend-pool'] }],
    },
  ],
  quiet: [
    { name: 'the rule of the provider', given: {} },
    { name: 'what Azure leaves out', given: changed({ loadDistribution: 'Default' }) },
    {
      name: 'the node port without floating IP',
      given: changed({ floatingIp: false, backendPort: 30_080 }, noFloating),
    },
    {
      name: 'the timeout that the Service asks for',
      given: changed(
        { idleTimeoutMinutes: 30 },
        { annotations: azure({ 'azure-load-balancer-tcp-idle-timeout': '30' }) },
      ),
    },
    { name: 'the own pool of Local', given: changed({}, {}, { poolName: 'shop-web' }) },
    { name: 'no rule at all', given: { loadBalancers: [] } },
  ],
  boundary: [
    {
      name: 'made four minutes ago',
      given: changed({ idleTimeoutMinutes: 30 }, { createdAt: '2026-11-23T05:56:00Z' }),
      finds: [{ ...high, severity: 'info', causes: ['rule-idle-timeout-minutes'] }],
    },
    {
      name: 'made five minutes ago',
      given: changed({ idleTimeoutMinutes: 30 }, { createdAt: '2026-11-23T05:55:00Z' }),
      finds: [{ ...high, causes: ['rule-idle-timeout-minutes'] }],
    },
  ],
  unknown: [
    {
      name: 'the provider refuses the Service',
      given: changed({}, { annotations: azure({ 'azure-load-balancer-tcp-idle-timeout': '1' }) }),
      why: 'rejects the Service',
    },
    { name: 'load balancers were not read', given: { loadBalancers: unread('403') }, why: '403' },
  ],
});
