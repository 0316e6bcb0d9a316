import { internalAnnotationMisspelled } from '../../../shared/rules/service/internal-annotation-misspelled.ts';
import { unread, type LoadBalancerService } from '../../../shared/model/index.ts';
import { azure, service, type SnapshotChanges } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const found = { subject: 'Service shop/web', severity: 'critical' } as const;

function web(value: string, changes: Partial<LoadBalancerService> = {}): SnapshotChanges {
  const annotations = azure({ 'azure-load-balancer-internal': value });
  return { services: [service({ annotations, ...changes })] };
}

describeRule(internalAnnotationMisspelled, {
  fires: [
    {
      name: 'True',
      given: web('True'),
      finds: [
        {
          ...found,
          causes: ['letter-case'],
          evidence: {
            annotation: 'service.beta.kubernetes.io/azure-load-balancer-internal',
            value: 'True',
            addresses: ['20.50.10.10'],
            loadBalancers: ['kubernetes'],
          },
        },
      ],
    },
    { name: 'TRUE', given: web('TRUE'), finds: [{ ...found, causes: ['letter-case'] }] },
    { name: 'a blank before it', given: web(' true'), finds: [{ ...found, causes: ['blanks'] }] },
    {
      name: 'both',
      given: web('True\n'),
      finds: [{ ...found, causes: ['blanks', 'letter-case'] }],
    },
    {
      name: 'a key of another cloud',
      given: {
        services: [service({ annotations: azure({ 'aws-load-balancer-internal': 'true' }) })],
      },
      finds: [{ ...found, causes: ['other-key'] }],
    },
    {
      name: 'no address yet, and the load balancers were not read',
      given: { ...web('True', { ingressIps: [] }), loadBalancers: unread('403') },
      finds: [{ ...found, causes: ['letter-case'], evidence: { addresses: [] } }],
    },
  ],
  quiet: [
    { name: 'no annotation', given: {} },
    { name: 'true', given: web('true') },
    { name: 'false: it is meant to be public', given: web('false') },
    { name: 'the Service is being deleted', given: web('True', { deleting: true }) },
    {
      name: 'another controller serves the Service',
      given: web('True', { loadBalancerClass: 'tailscale' }),
    },
    { name: 'there is no Service', given: { services: [] } },
    {
      name: 'a key of another cloud that says false',
      given: {
        services: [service({ annotations: azure({ 'aws-load-balancer-internal': 'false' }) })],
      },
    },
  ],
  boundary: [
    { name: 'False', given: web('False'), finds: [] },
    { name: 'yes', given: web('yes'), finds: [] },
    { name: '1', given: web('1'), finds: [] },
    { name: 'an empty value', given: web(''), finds: [] },
    { name: 'quoted twice', given: web('"true"'), finds: [] },
  ],
  unknown: [],
});
