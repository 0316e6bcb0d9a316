import { modeAnnotationIgnored } from '../../../shared/rules/load-balancer/mode-annotation-ignored.ts';
import { unread, type LoadBalancerService } from '../../../shared/model/index.ts';
import { loadBalancer, managedCluster, service } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const key = 'service.beta.kubernetes.io/azure-load-balancer-mode';
const low = { subject: 'Service shop/web', severity: 'low', causes: ['standard-sku'] } as const;

function annotated(value = 'aks-user-12345678-vmss', changes: Partial<LoadBalancerService> = {}) {
  return { services: [service({ annotations: new Map([[key, value]]), ...changes })] };
}

describeRule(modeAnnotationIgnored, {
  fires: [
    {
      name: 'the annotation on Standard',
      given: annotated(),
      finds: [{ ...low, evidence: { annotation: key, value: 'aks-user-12345678-vmss' } }],
    },
    {
      name: 'the SKU is that of the load balancers where the cluster was not read',
      given: { ...annotated(), managedCluster: unread('403') },
      finds: [low],
    },
  ],
  quiet: [
    { name: 'no annotation', given: {} },
    {
      name: 'Basic reads it',
      given: { ...annotated(), managedCluster: managedCluster({ loadBalancerSku: 'basic' }) },
    },
    { name: 'the Service is being deleted', given: annotated('x', { deleting: true }) },
    {
      name: 'another controller serves the Service',
      given: annotated('x', { loadBalancerClass: 'tailscale' }),
    },
    {
      name: 'no annotation, and the SKU was not read',
      given: { managedCluster: unread('403'), loadBalancers: unread('403') },
    },
  ],
  boundary: [
    { name: 'an empty value', given: annotated(''), finds: [{ ...low, evidence: { value: '' } }] },
    { name: '__auto__', given: annotated('__auto__'), finds: [low] },
    { name: 'a value of 1,000 characters', given: annotated('x'.repeat(1000)), finds: [low] },
  ],
  unknown: [
    {
      name: 'the SKU was not read',
      given: {
        ...annotated(),
        managedCluster: unread('403'),
        loadBalancers: unread('403 on loadBalancers/read'),
      },
      why: 'shop/web: loadBalancers: 403 on loadBalancers/read',
    },
    {
      name: 'load balancers of both SKUs, and no word of the cluster',
      given: {
        ...annotated(),
        managedCluster: unread('403'),
        loadBalancers: [loadBalancer(), loadBalancer({ name: 'old', sku: 'basic' })],
      },
      why: 'shop/web: managedCluster: the load balancer SKU was not read',
    },
    {
      name: 'a SKU of a later time',
      given: { ...annotated(), managedCluster: managedCluster({ loadBalancerSku: 'service' }) },
      why: 'shop/web: load balancer SKU service is not known',
    },
  ],
});
