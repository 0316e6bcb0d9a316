import { configurationNotLive } from '../../../shared/rules/multi-lb/configuration-not-live.ts';
import { unread } from '../../../shared/model/index.ts';
import { describeRule } from '../table.ts';
import { balancer, onKubernetes, onPayments, payments, primary, several } from './several.ts';

const found = {
  subject: 'LoadBalancerConfiguration payments',
  severity: 'info',
  causes: ['no-load-balancer'],
} as const;

const first = balancer('kubernetes', ...onKubernetes);

describeRule(configurationNotLive, {
  fires: [
    {
      name: 'no load balancer is called like it',
      given: several({ loadBalancers: [first] }),
      finds: [{ ...found, evidence: { primaryNodePool: 'pay', nodes: 2 } }],
    },
    {
      name: 'closed to Services, which is why there is none',
      given: several({
        loadBalancers: [first],
        loadBalancerConfigurations: [primary, { ...payments, allowServicePlacement: false }],
      }),
      finds: [{ ...found, evidence: { allowServicePlacement: false } }],
    },
    {
      name: 'nothing is there yet at all',
      given: several({ loadBalancers: [] }),
      finds: [{ ...found, subject: 'LoadBalancerConfiguration kubernetes' }, found],
    },
  ],
  quiet: [
    { name: 'each has its load balancer', given: several() },
    {
      name: 'in another letter case',
      given: several({ loadBalancers: [first, balancer('Payments', ...onPayments)] }),
    },
    { name: 'one load balancer only', given: several({ loadBalancerConfigurations: [] }) },
  ],
  boundary: [
    {
      name: 'the internal load balancer alone is enough',
      given: several({ loadBalancers: [first, balancer('payments-internal', ...onPayments)] }),
      finds: [],
    },
    {
      name: 'one of a longer name is none',
      given: several({ loadBalancers: [first, balancer('payments-2', ...onPayments)] }),
      finds: [found],
    },
    {
      name: 'the nodes were not read, and add a number only',
      given: several({ loadBalancers: [first], nodes: unread('403') }),
      finds: [found],
    },
  ],
  unknown: [],
});
