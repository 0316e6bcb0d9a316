import { platformFault } from '../../../shared/rules/load-balancer/platform-fault.ts';
import { read, unread } from '../../../shared/model/index.ts';
import { endpoint, metrics, slice, type SnapshotChanges } from '../../builders/index.ts';
import { describeRule } from '../table.ts';

function dataPath(percent: number, port = 80, address = '20.50.10.10'): SnapshotChanges {
  return {
    loadBalancerMetrics: [metrics({ dataPath: read([{ address, port, percent }]) })],
  };
}

const info = {
  subject: 'LoadBalancer kubernetes',
  severity: 'info',
  causes: ['data-path'],
} as const;

describeRule(platformFault, {
  fires: [
    {
      name: 'the data path was at 92 %, and two backends are up',
      given: dataPath(92),
      finds: [
        { ...info, evidence: { frontends: [{ address: '20.50.10.10', port: 80, percent: 92 }] } },
      ],
    },
  ],
  quiet: [
    { name: 'the data path is whole', given: dataPath(100) },
    {
      name: 'no backend is up',
      given: { ...dataPath(0), endpointSlices: [slice([endpoint('web-a', 'user-9')])] },
    },
    { name: 'a frontend of no Service', given: dataPath(50, 80, '20.9.9.9') },
    { name: 'a port of no Service', given: dataPath(50, 8080) },
    { name: 'nothing was measured', given: { loadBalancerMetrics: [metrics()] } },
  ],
  boundary: [
    { name: '99.99 %: something was lost', given: dataPath(99.99), finds: [info] },
    { name: '100 %', given: dataPath(100), finds: [] },
  ],
  unknown: [
    {
      name: 'the data path of one of two load balancers was not read',
      given: {
        loadBalancerMetrics: [
          metrics({ dataPath: read([{ address: '20.50.10.10', port: 80, percent: 92 }]) }),
          metrics({ dataPath: unread('VipAvailability: 429') }),
        ],
      },
      finds: [info],
      why: 'kubernetes: loadBalancerMetrics: VipAvailability: 429',
    },
    {
      name: 'there is no right to metrics',
      given: { loadBalancerMetrics: unread('metrics: 403', 'forbidden') },
      why: 'loadBalancerMetrics: metrics: 403',
    },
  ],
});
