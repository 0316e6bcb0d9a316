import { invalidConfiguration } from '../../../shared/rules/multi-lb/invalid-configuration.ts';
import { unread, type LabelSelector } from '../../../shared/model/index.ts';
import { configuration, managedCluster, labelSelector } from '../../builders/index.ts';
import { describeRule } from '../table.ts';
import { payments, primary, several } from './several.ts';

const found = { subject: 'LoadBalancerConfiguration payments', severity: 'high' } as const;
const { primaryNodePool: _pool, ...withoutPool } = payments;

function by(operator: string, values: readonly string[] = []): LabelSelector {
  return { matchLabels: new Map(), matchExpressions: [{ key: 'team', operator, values }] };
}

describeRule(invalidConfiguration, {
  fires: [
    {
      name: 'no configuration is called like the cluster',
      given: several({ loadBalancerConfigurations: [payments] }),
      finds: [
        {
          ...found,
          subject: 'LoadBalancerConfiguration kubernetes',
          causes: ['missing-cluster-configuration'],
        },
      ],
    },
    {
      name: 'pools by NIC',
      given: several({
        managedCluster: managedCluster({ backendPoolType: 'nodeipconfiguration' }),
      }),
      finds: [
        {
          ...found,
          subject: 'LoadBalancerConfiguration kubernetes',
          causes: ['pools-by-nic'],
        },
      ],
    },
    {
      name: 'a primary node pool that another one has',
      given: several({
        loadBalancerConfigurations: [primary, { ...payments, primaryNodePool: 'System' }],
      }),
      finds: [{ ...found, causes: ['duplicate-primary-pool'] }],
    },
    {
      name: 'no primary node pool',
      given: several({ loadBalancerConfigurations: [primary, withoutPool] }),
      finds: [{ ...found, causes: ['no-primary-pool'] }],
    },
    {
      name: 'a name twice',
      given: several({
        loadBalancerConfigurations: [primary, payments, configuration('Payments', 'user')],
      }),
      finds: [
        {
          ...found,
          subject: 'LoadBalancerConfiguration Payments',
          causes: ['duplicate-name'],
        },
      ],
    },
    {
      name: 'selectors that nobody can use: one finding',
      given: several({
        loadBalancerConfigurations: [
          primary,
          { ...payments, nodeSelector: by('Near', ['x']), serviceLabelSelector: by('In') },
        ],
      }),
      finds: [{ ...found, causes: ['bad-selector'] }],
    },
  ],
  quiet: [
    { name: 'both are as they must be', given: several() },
    { name: 'one load balancer only', given: several({ loadBalancerConfigurations: [] }) },
    {
      name: 'the cluster’s own in another letter case',
      given: several({
        loadBalancerConfigurations: [configuration('Kubernetes', 'system'), payments],
      }),
    },
    {
      name: 'the only one there is',
      given: several({ loadBalancerConfigurations: [primary] }),
    },
    {
      name: 'an empty selector',
      given: several({
        loadBalancerConfigurations: [primary, { ...payments, nodeSelector: labelSelector({}) }],
      }),
    },
    {
      name: 'every operator that selectors know',
      given: several({
        loadBalancerConfigurations: [
          { ...primary, serviceLabelSelector: by('NotIn', ['a']), nodeSelector: by('Exists') },
          {
            ...payments,
            serviceLabelSelector: by('In', ['a']),
            serviceNamespaceSelector: by('DoesNotExist'),
          },
        ],
      }),
    },
  ],
  boundary: [
    {
      name: 'several faults of one configuration are one finding',
      given: several({
        loadBalancerConfigurations: [
          primary,
          { ...payments, primaryNodePool: 'system', nodeSelector: by('In') },
        ],
      }),
      finds: [{ ...found, causes: ['bad-selector', 'duplicate-primary-pool'] }],
    },
  ],
  unknown: [
    {
      name: 'the kind of the pools was not read',
      given: several({ managedCluster: unread('403') }),
      why: 'kubernetes: managedCluster: 403',
    },
    {
      name: 'what can be told is told all the same',
      given: several({
        managedCluster: unread('403'),
        loadBalancerConfigurations: [primary, withoutPool],
      }),
      finds: [{ ...found, causes: ['no-primary-pool'] }],
      why: 'managedCluster: 403',
    },
  ],
});
