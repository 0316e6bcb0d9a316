import { idleTimeoutInvalid } from '../../../shared/rules/service/idle-timeout-invalid.ts';
import type { LoadBalancerService } from '../../../shared/model/index.ts';
import { azure, service, type SnapshotChanges } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

const high = { subject: 'Service shop/web', severity: 'high' } as const;
const outside = { ...high, causes: ['out-of-range'] } as const;
const noNumber = { ...high, causes: ['not-a-whole-number'] } as const;

function web(value: string, changes: Partial<LoadBalancerService> = {}): SnapshotChanges {
  const annotations = azure({ 'azure-load-balancer-tcp-idle-timeout': value });
  return { services: [service({ annotations, ...changes })] };
}

describeRule(idleTimeoutInvalid, {
  fires: [
    {
      name: 'seconds in place of minutes',
      given: web('240'),
      finds: [{ ...outside, evidence: { value: '240', least: 4, most: 100 } }],
    },
    { name: 'no number', given: web('4m'), finds: [noNumber] },
    { name: 'nothing', given: web(''), finds: [noNumber] },
  ],
  quiet: [
    { name: 'no annotation', given: {} },
    { name: 'half an hour', given: web('30') },
    { name: 'the Service is being deleted', given: web('240', { deleting: true }) },
    {
      name: 'another controller serves the Service',
      given: web('240', { loadBalancerClass: 'tailscale' }),
    },
  ],
  boundary: [
    { name: '3 minutes', given: web('3'), finds: [outside] },
    { name: '4 minutes', given: web('4'), finds: [] },
    { name: '100 minutes', given: web('100'), finds: [] },
    { name: '101 minutes', given: web('101'), finds: [outside] },
    { name: 'blanks around it', given: web(' 30 '), finds: [] },
    { name: 'a fraction', given: web('4.5'), finds: [noNumber] },
    { name: 'more than 32 bits', given: web('99999999999'), finds: [noNumber] },
  ],
  unknown: [],
});
