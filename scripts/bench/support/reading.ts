import { readKubernetes } from '../../../shared/collect/cluster-objects.ts';
import { systemClock } from '../../../shared/collect/live/clock.ts';
import { kubernetesLimits } from '../../../shared/collect/live/limits.ts';
import { proxyTransport } from '../../../shared/collect/live/proxy.ts';
import { Problems } from '../../../shared/input/index.ts';
import { unread } from '../../../shared/model/index.ts';
import { keepHeapSmall } from '../../../shared/service/small-heap.ts';

/** What the measured process is told, as JSON in its first argument. */
export interface ReadingOptions {
  readonly port: number;
  /** `ours`; the `floor` fetches the same bytes and parses them; the `lister` keeps all objects of all lists. */
  readonly who: 'ours' | 'floor' | 'lister';
  /** Addresses that the floor and the lister begin at. */
  readonly targets: readonly string[];
}

/** What it prints. */
export interface Reading {
  readonly ms: number;
  readonly cpuMs: number;
  readonly maxRssMb: number;
}

async function reading({ port, who, targets }: ReadingOptions): Promise<Reading> {
  keepHeapSmall();
  const found = await proxyTransport(`http://127.0.0.1:${port}`, {
    resolve: () => Promise.reject(new Error('no names are resolved here')),
    limits: { ...kubernetesLimits, maxPageBytes: 64 * 1024 * 1024 },
    clock: systemClock,
  });
  if (found.kind === 'unread') throw new Error(found.why);
  const transport = found.value;
  const before = process.cpuUsage();
  const began = performance.now();
  const kept: unknown[] = [];
  if (who === 'ours') {
    const slices = await readKubernetes({
      transport,
      managedCluster: unread('not read'),
      problems: new Problems(),
    });
    const [why] = Object.values(slices).flatMap((each) => (each.kind === 'unread' ? each.why : []));
    if (why !== undefined) throw new Error(why);
  } else
    for (const target of targets) {
      const { pathname, searchParams } = new URL(target, 'http://localhost');
      for (let token: string | undefined = ''; token !== undefined;) {
        if (token !== '') searchParams.set('continue', token);
        const { body } = await transport.get(pathname, searchParams);
        const page: { metadata?: { continue?: string }; items?: unknown[] } = JSON.parse(body);
        if (who === 'lister') kept.push(...(page.items ?? []));
        token = who === 'lister' ? page.metadata?.continue : undefined;
      }
    }
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return { ms, cpuMs: (user + system) / 1000, maxRssMb: process.resourceUsage().maxRSS / 1024 };
}

process.stdout.write(JSON.stringify(await reading(JSON.parse(process.argv[2] ?? '{}'))));
process.exit(0);
