import { skuMismatch } from '../../../shared/rules/load-balancer/sku-mismatch.ts';
import {
  loadBalancer,
  managedCluster,
  type LoadBalancerChanges,
  type SnapshotChanges,
} from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const found = {
  subject: 'Cluster aks',
  severity: 'high',
  causes: ['basic-profile'],
} as const;

function given(profile: string, ...balancers: readonly LoadBalancerChanges[]): SnapshotChanges {
  return {
    managedCluster: managedCluster({ loadBalancerSku: profile }),
    loadBalancers: balancers.map(loadBalancer),
  };
}

const { loadBalancerSku: _sku, ...silent } = managedCluster();

describeRule(skuMismatch, {
  fires: [
    {
      name: 'the cluster says Basic, the load balancer is Standard',
      given: given('basic', { sku: 'standard' }),
      finds: [
        {
          ...found,
          evidence: {
            clusterProfile: 'basic',
            loadBalancers: [{ name: 'kubernetes', sku: 'standard' }],
          },
        },
      ],
    },
    {
      name: 'the cluster says Standard, the load balancer is Basic',
      given: given('standard', { sku: 'basic' }),
      finds: [{ ...found, causes: ['basic-left-over'] }],
    },
    {
      name: 'the internal one was left behind',
      given: given('standard', {}, { name: 'kubernetes-internal', sku: 'basic' }),
      finds: [{ ...found, causes: ['basic-left-over'] }],
    },
    {
      name: 'one of a VM set, told by the rules of Services on it',
      given: given('standard', {}, { name: 'aks-user-12345678-vmss', sku: 'basic' }),
      finds: [{ ...found, causes: ['basic-left-over'] }],
    },
    {
      name: 'two of them are one finding',
      given: given('basic', {}, { name: 'kubernetes-internal' }),
      finds: [found],
    },
  ],
  quiet: [
    { name: 'both Standard', given: {} },
    { name: 'both Basic: retired, and of one mind', given: given('basic', { sku: 'basic' }) },
    { name: 'no load balancer yet', given: given('basic') },
    {
      name: 'a load balancer of somebody else in the same group',
      given: given('standard', {}, { name: 'legacy', key: 'legacy', sku: 'basic' }),
    },
    {
      name: 'several Standard load balancers',
      given: given('standard', {}, { name: 'team-a' }),
    },
  ],
  boundary: [
    {
      name: 'the cluster’s own, by name alone and without a rule of a Service',
      given: given('standard', { key: 'none', sku: 'basic' }),
      finds: [{ ...found, causes: ['basic-left-over'] }],
    },
  ],
  unknown: [
    {
      name: 'ARM does not say what the cluster asks for',
      given: { managedCluster: silent, loadBalancers: [loadBalancer()] },
      why: 'aks: ARM does not return the load balancer SKU',
    },
    {
      name: 'the cluster asks for a SKU that is not known',
      given: given('service', {}),
      why: 'aks: the load balancer SKU of the cluster is service',
    },
    {
      name: 'a load balancer is of a SKU that is not known',
      given: given('standard', { sku: 'gateway' }),
      why: 'kubernetes: SKU gateway is not known',
    },
  ],
});
