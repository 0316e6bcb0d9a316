import {
  counted,
  lacking,
  type FrontendAvailability,
  type LoadBalancerMetrics,
  timeText,
} from '../../model/index.ts';
import { az, readOnlyFix } from '../../fixes/commands.ts';
import { itemized, quoted } from '../../fixes/text.ts';
import {
  frontendKey,
  measuredName,
  traffic,
  unknownServices,
  type ServiceTraffic,
} from '../../traffic/index.ts';
import { defineRule, judgeEach, type Fault } from '../rule.ts';

/** Finds load balancers whose data path is not whole although their backends are healthy. */
export const platformFault = defineRule(
  {
    id: 'load-balancer/platform-fault',
    title: 'Load balancer data path is below 100 % with healthy backends',
    why: 'The data path metric measures Azure itself: with healthy backends, losses are caused by the platform, not by the cluster.',
    remedy:
      'Check Resource Health of the load balancer, and open a support request with these times.',
    severity: 'info',
    source: 'Azure: Standard load balancer diagnostics, data path availability',
  },
  { needs: ['loadBalancerMetrics', traffic] },
  ({ loadBalancerMetrics, traffic: services }) => {
    const [untold] = unknownServices(services);
    const up = frontendsUp(services);
    return judgeEach(loadBalancerMetrics, (metrics) => {
      const { dataPath } = metrics;
      const subject = { name: measuredName(metrics) };
      if (dataPath.kind === 'unread')
        return { subject, ...lacking('loadBalancerMetrics', dataPath) };
      const low = dataPath.value.filter(({ percent }) => percent < 100);
      const healthy = low.filter((frontend) => up.has(frontendKey(frontend)));
      if (healthy.length > 0) return faultOf(metrics, healthy);
      return low.length > 0 ? untold && { ...untold, subject } : undefined;
    });
  },
);

/** Azure's own probe of the data path needs a backend that is up. */
function frontendsUp(services: readonly ServiceTraffic[]): ReadonlySet<string> {
  const up = services
    .flatMap(({ ports }) => ports)
    .filter(({ verdict, backendTotals }) => verdict !== 'unknown' && backendTotals.up > 0);
  return new Set(
    up.flatMap(({ frontend, port }) =>
      frontend === undefined ? [] : [frontendKey({ address: frontend, port })],
    ),
  );
}

function faultOf(metrics: LoadBalancerMetrics, low: readonly FrontendAvailability[]): Fault {
  const name = measuredName(metrics);
  const least = Math.min(...low.map(({ percent }) => percent));
  return {
    subject: { kind: 'LoadBalancer', name },
    title: `Data path of ${name} was at ${oneDigit(least)} % with healthy backends`,
    message: `In the hour until ${timeText(metrics.until)}, data path availability of ${counted(low.length, 'frontend')} of ${name} was below 100 %: ${itemized(low.map(({ address, port, percent }) => `${address} port ${port} (${oneDigit(percent)} %)`))}. Backends are up, so the cluster is not the cause. Resource Health of the load balancer shows known Azure problems.`,
    causes: ['data-path'],
    evidence: {
      until: metrics.until,
      frontends: low.map(({ address, port, percent }) => ({ address, port, percent })),
      resourceHealth: `https://portal.azure.com/#resource${metrics.loadBalancerId}/resourceHealth`,
    },
    fixes: [
      readOnlyFix(
        'Look at Resource Health of the load balancer',
        az(
          `rest --method get --url ${quoted(`https://management.azure.com${metrics.loadBalancerId}/providers/Microsoft.ResourceHealth/availabilityStatuses/current?api-version=2025-05-01`)}`,
        ),
      ),
    ],
  };
}

/** Only all is 100 %. */
function oneDigit(percent: number): string {
  return percent > 99.9 && percent < 100 ? 'above 99.9' : String(Math.floor(percent * 10) / 10);
}
