import { basicSkuRetired } from '../../../shared/rules/load-balancer/basic-sku-retired.ts';
import { unread } from '../../../shared/model/index.ts';
import { loadBalancer, managedCluster } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const basic = loadBalancer({ sku: 'basic' });
const asksForBasic = managedCluster({ loadBalancerSku: 'basic' });
const high = { subject: 'LoadBalancer kubernetes', severity: 'high' } as const;

describeRule(basicSkuRetired, {
  fires: [
    {
      name: 'a Basic load balancer',
      given: { managedCluster: asksForBasic, loadBalancers: [basic] },
      finds: [
        { ...high, causes: ['basic-sku'], evidence: { sku: 'Basic', clusterProfile: 'basic' } },
      ],
    },
    {
      name: 'one for each VM set and one for internal Services: a finding for each',
      given: {
        managedCluster: asksForBasic,
        loadBalancers: [
          basic,
          loadBalancer({ name: 'kubernetes-internal', sku: 'basic' }),
          loadBalancer({ name: 'pool-1-availabilitySet-27255451', sku: 'basic' }),
        ],
      },
      finds: [
        { ...high, causes: ['basic-sku'] },
        { ...high, subject: 'LoadBalancer kubernetes-internal', causes: ['basic-sku'] },
        { ...high, subject: 'LoadBalancer pool-1-availabilitySet-27255451', causes: ['basic-sku'] },
      ],
    },
    {
      name: 'the cluster asks for Basic, and has no load balancer yet',
      given: { managedCluster: asksForBasic, loadBalancers: [] },
      finds: [{ ...high, causes: ['basic-profile'] }],
    },
  ],
  quiet: [
    { name: 'Standard', given: {} },
    { name: 'no load balancer, and the cluster asks for Standard', given: { loadBalancers: [] } },
    {
      name: 'the cluster says Basic of a Standard load balancer: another fault',
      given: { managedCluster: asksForBasic, loadBalancers: [loadBalancer()] },
    },
    { name: 'a SKU of a later time', given: { loadBalancers: [loadBalancer({ sku: 'premium' })] } },
  ],
  boundary: [
    {
      name: 'half migrated: only the Basic one',
      given: {
        managedCluster: asksForBasic,
        loadBalancers: [
          loadBalancer(),
          loadBalancer({ name: 'kubernetes-internal', sku: 'basic' }),
        ],
      },
      finds: [{ ...high, subject: 'LoadBalancer kubernetes-internal', causes: ['basic-sku'] }],
    },
    {
      name: 'the cluster itself was not read',
      given: { managedCluster: unread('403'), loadBalancers: [basic] },
      finds: [{ ...high, causes: ['basic-sku'], evidence: { clusterProfile: 'not read' } }],
    },
  ],
  unknown: [],
});
