import { unknownConfiguration } from '../../../shared/rules/multi-lb/unknown-configuration.ts';
import { describeRule } from '../table.ts';
import { asking, gateway, portal, several } from './several.ts';

const name = 'load-balancer-configurations';
const found = {
  subject: 'Service portal/web',
  severity: 'high',
  causes: ['no-known-name'],
} as const;
const narrower = { ...found, severity: 'medium', causes: ['some-unknown-names'] } as const;

function wants(value: string) {
  return several({ services: [asking(portal, { [name]: value }), gateway] });
}

describeRule(unknownConfiguration, {
  fires: [
    {
      name: 'none of the names is known',
      given: wants('paymants'),
      finds: [
        {
          ...found,
          evidence: {
            unknown: ['paymants'],
            known: [],
            configurations: ['kubernetes', 'payments'],
          },
        },
      ],
    },
    {
      name: 'one of the names is known, the other is ignored',
      given: wants('kubernetes, paymants'),
      finds: [{ ...narrower, evidence: { unknown: ['paymants'], known: ['kubernetes'] } }],
    },
    { name: 'an empty list is one of a name that nobody knows', given: wants(''), finds: [found] },
    {
      name: 'the key of the annotation in another letter case counts all the same',
      given: several({
        services: [
          {
            ...portal,
            annotations: new Map([
              ['service.beta.kubernetes.io/Azure-Load-Balancer-Configurations', 'x'],
            ]),
          },
        ],
      }),
      finds: [found],
    },
  ],
  quiet: [
    { name: 'no annotation', given: several() },
    { name: 'every name is known', given: wants('kubernetes,payments') },
    { name: 'in another letter case, with blanks', given: wants(' KUBERNETES ,Payments ') },
    {
      name: 'one load balancer only: the annotation counts for nothing',
      given: { ...wants('paymants'), loadBalancerConfigurations: [] },
    },
    {
      name: 'a Service of another controller',
      given: several({
        services: [{ ...asking(portal, { [name]: 'x' }), loadBalancerClass: 'example.com/lb' }],
      }),
    },
    {
      name: 'a Service on its way out',
      given: several({ services: [{ ...asking(portal, { [name]: 'x' }), deleting: true }] }),
    },
  ],
  boundary: [
    { name: 'a comma too many beside a known name', given: wants('kubernetes,'), finds: [] },
    { name: 'a comma and nothing known', given: wants(','), finds: [found] },
    {
      name: 'the internal load balancer is no configuration of its own',
      given: wants('kubernetes-internal'),
      finds: [found],
    },
  ],
  unknown: [],
});
