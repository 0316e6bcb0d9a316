import { conflictingSourceRanges } from '../../../shared/rules/service/conflicting-source-ranges.ts';
import type { LoadBalancerService } from '../../../shared/model/index.ts';
import { azure, service, type SnapshotChanges } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = { subject: 'Service shop/web', severity: 'high' } as const;
const refused = { ...high, causes: ['allowed-ip-ranges'] } as const;

function web(
  loadBalancerSourceRanges: readonly string[],
  annotations: Readonly<Record<string, string>> = {},
  changes: Partial<LoadBalancerService> = {},
): SnapshotChanges {
  return {
    services: [service({ loadBalancerSourceRanges, annotations: azure(annotations), ...changes })],
  };
}

const allowed = { 'azure-allowed-ip-ranges': '20.0.0.0/8, 30.0.0.0/8' };
const tags = { 'azure-allowed-service-tags': 'AzureFrontDoor.Backend' };

describeRule(conflictingSourceRanges, {
  fires: [
    {
      name: 'source ranges beside allowed ranges',
      given: web(['10.0.0.0/8'], allowed),
      finds: [
        {
          ...refused,
          evidence: {
            loadBalancerSourceRanges: ['10.0.0.0/8'],
            annotations: [
              {
                annotation: 'service.beta.kubernetes.io/azure-allowed-ip-ranges',
                ranges: ['20.0.0.0/8', '30.0.0.0/8'],
              },
            ],
            serviceTags: [],
          },
        },
      ],
    },
    {
      name: 'the old annotation counts as well',
      given: web(['10.0.0.0/8'], { 'load-balancer-source-ranges': '20.0.0.0/8' }),
      finds: [refused],
    },
    {
      name: 'source ranges beside service tags: kube-proxy drops the clients of the tags',
      given: web(['10.0.0.0/8'], tags),
      finds: [{ ...high, causes: ['allowed-service-tags'] }],
    },
    {
      name: 'all three',
      given: web(['10.0.0.0/8'], { ...allowed, ...tags }),
      finds: [{ ...high, causes: ['allowed-ip-ranges', 'allowed-service-tags'] }],
    },
  ],
  quiet: [
    { name: 'nothing of the kind', given: {} },
    { name: 'source ranges alone', given: web(['10.0.0.0/8']) },
    { name: 'allowed ranges alone', given: web([], allowed) },
    { name: 'allowed ranges and service tags', given: web([], { ...allowed, ...tags }) },
    {
      name: 'the Service is being deleted',
      given: web(['10.0.0.0/8'], allowed, { deleting: true }),
    },
    {
      name: 'another controller serves the Service',
      given: web(['10.0.0.0/8'], allowed, { loadBalancerClass: 'tailscale' }),
    },
  ],
  boundary: [
    {
      name: 'only an invalid range stands in the other place: another finding',
      given: web(['10.0.0.0/8'], { 'azure-allowed-ip-ranges': '10.0.0.1/8' }),
      finds: [],
    },
    {
      name: 'empty service tags',
      given: web(['10.0.0.0/8'], { 'azure-allowed-service-tags': ' , ' }),
      finds: [],
    },
    {
      name: 'the same range in both places is refused too',
      given: web(['10.0.0.0/8'], { 'azure-allowed-ip-ranges': '10.0.0.0/8' }),
      finds: [refused],
    },
  ],
  unknown: [],
});
