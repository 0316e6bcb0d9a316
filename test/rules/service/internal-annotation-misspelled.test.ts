import { internalAnnotationMisspelled } from '../../../shared/rules/service/internal-annotation-misspelled.ts';
import { unread, type LoadBalancerService } from '../../../shared/model/index.ts';
import { azure, service, type SnapshotChanges } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const found = { subject: 'Service shop/web', severity: 'critical' } as const;

const right = 'service.beta.kubernetes.io/azure-load-balancer-internal';

/** A Service with one annotation, the whole key. */
function keyed(key: string, value = 'true'): SnapshotChanges {
  return { services: [service({ annotations: new Map([[key, value]]) })] };
}

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
    ...[
      'service.beta.kubernetes.io/Azure-load-balancer-internal',
      'service.kubernetes.io/azure-load-balancer-internal',
      'beta.kubernetes.io/azure-load-balancer-internal',
      'azure-load-balancer-internal',
      'service.beta.kubernetes.io/azure-load-balancer-internal ',
      'service.beta.kubernetes.io/azure-loadbalancer-internal',
      'service.beta.kubernetes.io/azure-load-balancer-intrenal',
      'service.beta.kubernetes.io/azure-internal-load-balancer',
    ].map((key) => ({
      name: `the key is ${JSON.stringify(key)}`,
      given: keyed(key),
      finds: [{ ...found, causes: ['other-key'], evidence: { annotation: key } }] as const,
    })),
    ...['yes', 'Yes', 'on', '1', '"true"', 'enabled'].map((value) => ({
      name: `the value is ${value}`,
      given: web(value),
      finds: [{ ...found, causes: ['other-value'] }] as const,
    })),
    {
      name: 'the scheme of another cloud',
      given: keyed('service.beta.kubernetes.io/aws-load-balancer-scheme', 'internal'),
      finds: [{ ...found, causes: ['other-key'] }],
    },
    {
      name: 'the type of another cloud',
      given: keyed('networking.gke.io/load-balancer-type', 'Internal'),
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
    ...[
      { key: `${right}-subnet`, value: 'true' },
      { key: 'service.beta.kubernetes.io/aws-load-balancer-scheme', value: 'internet-facing' },
      { key: 'service.beta.kubernetes.io/Azure-load-balancer-internal', value: 'false' },
      { key: 'service.kubernetes.io/azure-load-balancer-internal', value: 'no' },
      { key: 'example.com/internal-lb-monitor', value: 'enabled' },
      { key: 'service.beta.kubernetes.io/azure-load-balancer-mode', value: 'true' },
      { key: 'service.beta.kubernetes.io/azure-disable-load-balancer-floating-ip', value: 'true' },
      { key: 'service.beta.kubernetes.io/azure-load-balancer-disable-tcp-reset', value: 'true' },
      { key: 'service.beta.kubernetes.io/azure-pls-create', value: 'true' },
      { key: 'prometheus.io/scrape', value: 'true' },
      { key: 'service.beta.kubernetes.io/azure-load-balancer-ipv4', value: '10.0.0.4' },
      { key: 'service.beta.kubernetes.io/azure-load-balancr-internal', value: 'off' },
      { key: 'networking.gke.io/load-balancer-type', value: 'External' },
      { key: 'internal', value: 'true' },
      { key: 'azure', value: 'true' },
    ].map(({ key, value }) => ({ name: `${key}: ${value}`, given: keyed(key, value) })),
    {
      name: 'the right key says false, and that of another cloud true',
      given: {
        services: [
          service({
            annotations: azure({
              'azure-load-balancer-internal': 'false',
              'aws-load-balancer-internal': 'true',
            }),
          }),
        ],
      },
    },
    {
      name: 'a key of another cloud that says false',
      given: {
        services: [service({ annotations: azure({ 'aws-load-balancer-internal': 'false' }) })],
      },
    },
  ],
  boundary: [
    {
      name: 'another name, more than three edits away',
      given: keyed('service.beta.kubernetes.io/azure-load-balancer-integrated'),
      finds: [],
    },
    ...['False', 'no', '0', 'off', '', 'perhaps'].map((value) => ({
      name: `the value is "${value}"`,
      given: web(value),
      finds: [],
    })),
  ],
  unknown: [],
});
