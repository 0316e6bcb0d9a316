import { readKubernetes } from '../../shared/collect/cluster-objects.ts';
import { systemClock } from '../../shared/collect/live/clock.ts';
import { kubernetesLimits } from '../../shared/collect/live/limits.ts';
import { proxyTransport } from '../../shared/collect/live/proxy.ts';
import { Problems } from '../../shared/input/index.ts';
import { keepHeapSmall } from '../../shared/service/small-heap.ts';
import { unread } from '../../shared/model/index.ts';

/** What reading a cluster took. */
export interface Grown {
  /** Of the process at its peak, over what reading a harmless cluster takes, in MB. */
  readonly mb: number;
  readonly why: readonly string[];
}

// As the deployed app does.
keepHeapSmall();
const [harmless, hostile] = process.argv.slice(2);
await read(harmless);
const before = process.resourceUsage().maxRSS;
const why = await read(hostile);
const grown: Grown = { mb: (process.resourceUsage().maxRSS - before) / 1024, why };
console.log(JSON.stringify(grown));
process.exit(0);

/** @returns why lists are unread. */
async function read(port: string | undefined): Promise<readonly string[]> {
  const transport = await proxyTransport(`http://127.0.0.1:${port}`, {
    resolve: () => Promise.reject(new Error('no names are resolved here')),
    // Enough to reach the peak.
    limits: { ...kubernetesLimits, maxClusterBytes: 512 * 1024 * 1024 },
    clock: systemClock,
  });
  if (transport.kind === 'unread') throw new Error(transport.why);
  const slices = await readKubernetes({
    transport: transport.value,
    managedCluster: unread('not read'),
    problems: new Problems(),
  });
  await transport.value.close();
  return Object.values(slices).flatMap((slice) => (slice.kind === 'unread' ? [slice.why] : []));
}
