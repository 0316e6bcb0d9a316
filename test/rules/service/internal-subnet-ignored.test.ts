import { internalSubnetIgnored } from '../../../shared/rules/service/internal-subnet-ignored.ts';
import type { LoadBalancerService } from '../../../shared/model/index.ts';
import { azure, service, type SnapshotChanges } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = { subject: 'Service shop/web', severity: 'high', causes: ['not-internal'] } as const;

function web(
  subnet: string,
  internal?: string,
  changes: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  const annotations = azure({
    'azure-load-balancer-internal-subnet': subnet,
    ...(internal !== undefined && { 'azure-load-balancer-internal': internal }),
  });
  return { services: [service({ annotations, ...changes })] };
}

describeRule(internalSubnetIgnored, {
  fires: [
    {
      name: 'a subnet, and nothing says internal',
      given: web('apps'),
      finds: [
        {
          ...high,
          evidence: { subnet: 'apps', internal: 'not there', addresses: ['20.50.10.10'] },
        },
      ],
    },
    {
      name: 'a subnet, and internal is false',
      given: web('apps', 'false'),
      finds: [{ ...high, evidence: { internal: 'false' } }],
    },
    {
      name: 'no address yet',
      given: web('apps', undefined, { ingressIps: [] }),
      finds: [{ ...high, evidence: { addresses: [] } }],
    },
  ],
  quiet: [
    { name: 'no annotation', given: {} },
    { name: 'an internal Service with a subnet', given: web('apps', 'true') },
    {
      name: 'internal is misspelt: another finding, which names the subnet',
      given: web('apps', 'True'),
    },
    { name: 'the Service is being deleted', given: web('apps', undefined, { deleting: true }) },
    {
      name: 'another controller serves the Service',
      given: web('apps', undefined, { loadBalancerClass: 'tailscale' }),
    },
  ],
  boundary: [
    { name: 'an empty subnet', given: web(''), finds: [] },
    { name: 'blanks', given: web('  '), finds: [] },
    { name: 'internal has an unknown value', given: web('apps', 'perhaps'), finds: [high] },
    { name: 'internal says yes: another finding', given: web('apps', 'yes'), finds: [] },
  ],
  unknown: [],
});
