import { noEligibleLoadBalancer } from '../../../shared/rules/multi-lb/no-eligible-load-balancer.ts';
import {
  armId,
  unread,
  type LoadBalancer,
  type LoadBalancerConfiguration,
  type PublicIpAddress,
} from '../../../shared/model/index.ts';
import {
  childId,
  configuration,
  namespace,
  nodeGroup,
  labelSelector,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';
import {
  asking,
  balancer,
  gateway,
  ledger,
  onKubernetes,
  payments,
  portal,
  primary,
  several,
  users,
} from './several.ts';

const found = { subject: 'Service portal/web', severity: 'high' } as const;

/** Configurations that may or may not take `portal/web`, which is on no load balancer yet. */
function among(...configurations: readonly LoadBalancerConfiguration[]) {
  return several({
    services: [portal],
    loadBalancers: [],
    loadBalancerConfigurations: configurations,
  });
}

const closed = { allowServicePlacement: false };
const ofShop = { serviceLabelSelector: labelSelector({ app: 'shop' }) };

const onSecond: PublicIpAddress = {
  id: armId('/x/publicIPAddresses/pip'),
  name: 'pip',
  resourceGroup: nodeGroup.toLowerCase(),
  address: '20.50.10.10',
  ipConfigurationId: childId('payments', 'frontendIPConfigurations', 'f'),
  tags: new Map(),
};
const byAddress = { 'load-balancer-ipv4': '20.50.10.10' };

/** Load balancer `kubernetes` whose frontend of `portal/web` somebody else needs. */
function shared(changes: Partial<LoadBalancer['frontends'][number]>, withOther: boolean) {
  const whole = balancer('kubernetes', ...onKubernetes);
  const [frontend] = whole.frontends;
  const [rule] = whole.rules;
  if (frontend === undefined || rule === undefined) throw new Error('it has one of each');
  const other = { ...rule, id: armId(`${rule.id}-other`), name: `a${'e'.repeat(31)}-TCP-443` };
  return {
    ...whole,
    frontends: [{ ...frontend, ...changes }],
    rules: [...whole.rules, ...(withOther ? [other] : [])],
  };
}

const own = shared({}, false);

function moving(from: LoadBalancer) {
  return several({
    services: [asking(portal, { 'load-balancer-configurations': 'second' })],
    loadBalancers: [from],
    loadBalancerConfigurations: [primary, configuration('second', 'user')],
  });
}

/** A load balancer with so many rules of others. */
function full(name: string, count: number): LoadBalancer {
  const ports = Array.from({ length: count }, (_, at) => ({ port: at + 1 }));
  return balancer(name, { nodes: users, of: { uid: 'e'.repeat(36) }, ports });
}

describeRule(noEligibleLoadBalancer, {
  fires: [
    {
      name: 'closed, and of labels that neither the Service nor its Namespace has',
      given: among(
        configuration('kubernetes', 'system', closed),
        configuration('shop', 'user', ofShop),
        payments,
      ),
      finds: [
        {
          ...found,
          causes: ['placement-closed', 'service-label-selector', 'service-namespace-selector'],
          evidence: {
            refused: [
              { configuration: 'kubernetes', by: 'placement' },
              { configuration: 'shop', by: 'labels' },
              { configuration: 'payments', by: 'namespace' },
            ],
          },
        },
      ],
    },
    {
      name: 'a selector throws out a Service that is there already',
      given: several({
        loadBalancerConfigurations: [
          { ...primary, serviceNamespaceSelector: labelSelector({ team: 'shop' }) },
          payments,
        ],
      }),
      finds: [{ ...found, causes: ['service-namespace-selector'] }],
    },
    {
      name: 'an address and names of load balancers at once',
      given: several({
        services: [asking(portal, { ...byAddress, 'load-balancer-configurations': 'kubernetes' })],
      }),
      finds: [{ ...found, causes: ['address-and-names'] }],
    },
    {
      name: 'an address on a load balancer that may not hold it',
      given: several({
        services: [asking(portal, byAddress)],
        publicIpAddresses: [onSecond],
      }),
      finds: [{ ...found, causes: ['address-elsewhere'] }],
    },
    {
      name: 'a move that others on the same frontend forbid',
      given: moving(shared({}, true)),
      finds: [{ ...found, causes: ['frontend-shared'] }],
    },
    {
      name: 'a move that outbound rules forbid',
      given: moving(shared({ hasOutboundRules: true }, false)),
      finds: [{ ...found, causes: ['frontend-shared'] }],
    },
    {
      name: 'a move that inbound NAT rules forbid',
      given: moving({ ...own, natFrontendIds: own.frontends.map(({ id }) => id) }),
      finds: [{ ...found, causes: ['frontend-shared'] }],
    },
    {
      name: 'all that may hold it are full',
      given: several({
        services: [portal],
        loadBalancerConfigurations: [primary],
        loadBalancers: [full('kubernetes', 301)],
      }),
      finds: [{ ...found, causes: ['load-balancers-full'] }],
    },
  ],
  quiet: [
    { name: 'every Service has its place', given: several() },
    { name: 'one load balancer only', given: { ...among(), loadBalancers: [] } },
    {
      name: 'a closed configuration keeps what it has',
      given: several({
        loadBalancerConfigurations: [{ ...primary, ...closed }, payments],
      }),
    },
    {
      name: 'names that nobody knows: another rule',
      given: several({ services: [asking(portal, { 'load-balancer-configurations': 'x' })] }),
    },
    {
      name: 'a selector that nobody can use: another rule',
      given: among(
        configuration('kubernetes', 'system', {
          serviceLabelSelector: {
            matchLabels: new Map(),
            matchExpressions: [{ key: 'x', operator: 'In', values: [] }],
          },
        }),
      ),
    },
    {
      name: 'an address that does not exist: another rule',
      given: several({ services: [asking(portal, byAddress)], publicIpAddresses: [] }),
    },
    {
      name: 'an address on the load balancer where it may be',
      given: several({
        services: [asking(ledger, byAddress)],
        publicIpAddresses: [onSecond],
      }),
    },
    {
      name: 'a Service of another controller',
      given: {
        ...among(configuration('kubernetes', 'system', closed)),
        services: [{ ...portal, loadBalancerClass: 'example.com/lb' }],
      },
    },
    {
      name: 'a move of a frontend that is its own alone',
      given: moving(own),
    },
  ],
  boundary: [
    {
      name: 'exactly 300 rules',
      given: several({
        services: [portal],
        loadBalancerConfigurations: [primary],
        loadBalancers: [full('kubernetes', 300)],
      }),
      finds: [],
    },
    {
      name: 'an empty selector matches everything',
      given: among(
        configuration('kubernetes', 'system', { serviceNamespaceSelector: labelSelector({}) }),
      ),
      finds: [],
    },
    {
      name: 'the frontend of another side is none of its own',
      given: several({
        services: [asking(portal, { 'load-balancer-configurations': 'second' })],
        loadBalancers: [
          { ...shared({ hasOutboundRules: true }, true), name: 'kubernetes-internal' },
        ],
        loadBalancerConfigurations: [primary, configuration('second', 'user')],
      }),
      finds: [],
    },
  ],
  unknown: [
    {
      name: 'the labels of the Namespace were not read, and a selector asks for them',
      given: several({ namespaces: unread('403') }),
      why: 'payments/gateway, payments/ledger and portal/web: namespaces: 403',
    },
    {
      name: 'one Namespace is not among those that were read',
      given: several({ namespaces: [namespace('payments', { team: 'payments' })] }),
      why: 'portal/web: the labels of namespace portal were not read',
    },
    {
      name: 'addresses were not read, and a Service asks for one',
      given: several({
        services: [asking(portal, byAddress), gateway],
        publicIpAddresses: unread('403'),
      }),
      why: 'portal/web: publicIpAddresses: 403',
    },
  ],
});
