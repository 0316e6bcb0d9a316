import { compacted } from '../model/index.ts';
import type { Observation } from './types.ts';

/** Azure's reason codes for the state of a backend, in words, and what usually explains each. */
interface ReasonText {
  readonly words: string;
  /** What to look at when the share model expects another state. */
  readonly explains: string;
}

/** Source: Azure, "Manage health status of a load balancer". */
const reasons: ReadonlyMap<string, ReasonText> = new Map(
  Object.entries({
    Up_Probe_Success: {
      words: 'the probe succeeds',
      explains: 'Something else answers the probe on that node.',
    },
    Up_Probe_AllDownIsUp: {
      words: 'all backends are down, and the probe is set to treat them as up',
      explains: 'Every backend fails its probe, and noHealthyBackendsBehavior is AllProbedUp.',
    },
    Up_Probe_ApproachingUnhealthyThreshold: {
      words: 'the probe has started to fail',
      explains: 'The backend is about to be marked down.',
    },
    Up_Admin: {
      words: 'set up by an administrator',
      explains: 'The admin state of the backend overrides the probe.',
    },
    Up_Platform: {
      words: 'up by the platform',
      explains: 'Azure sets the state itself; check Resource Health.',
    },
    Down_Probe_ApproachingHealthyThreshold: {
      words: 'the probe has started to succeed',
      explains: 'The backend is about to be marked up.',
    },
    Down_Probe_HttpStatusCodeError: {
      words: 'the HTTP probe gets a status other than 200',
      explains:
        'The application returns another status for the probe path: set a path that returns 200, or use a TCP probe.',
    },
    Down_Probe_HttpEndpointUnreachable: {
      words: 'TCP connects, and HTTP is refused',
      explains:
        'Nothing serves HTTP on the probed port: NSG, HTTPS-only application, or no application.',
    },
    Down_Probe_HttpNoResponse: {
      words: 'the HTTP probe gets no response',
      explains: 'The application hangs, or responds more slowly than the probe timeout.',
    },
    Down_Probe_TcpProbeTimeout: {
      words: 'the TCP probe gets no response',
      explains: 'An NSG or a firewall on the node drops the probe, or nothing listens on the port.',
    },
    Down_Probe_NoHealthyBackend: {
      words: 'the regional load balancer behind it has no healthy backend',
      explains: 'Check the regional load balancer.',
    },
    Down_Admin: {
      words: 'set down by an administrator',
      explains: 'The admin state of the backend overrides the probe.',
    },
    Down_Platform: {
      words: 'down by the platform',
      explains: 'A VM or Azure platform problem; check Resource Health.',
    },
  }),
);

/** `the HTTP probe gets a status other than 200`; a code that is not known stays as it is. */
export function reasonWords(code: string): string {
  return reasons.get(code)?.words ?? code;
}

/** What usually explains that Azure sees this and the model expects the other. */
export function reasonExplanation(code: string): string {
  return (
    reasons.get(code)?.explains ??
    'Compare the probe with what listens on the node, and check the NSGs on the path.'
  );
}

/** `the TCP probe gets no response; set down by an administrator; and 4 more reasons`, each once. */
export function reasonsText({
  reasons: given,
  moreReasons = 0,
}: Pick<Observation, 'reasons' | 'moreReasons'>): string {
  const words = [...new Set(given.map(({ reason }) => reasonWords(reason)))];
  const more = Math.max(0, words.length - 3) + moreReasons;
  return compacted([
    ...words.slice(0, 3),
    more !== 0 && `and ${more} more ${more === 1 ? 'reason' : 'reasons'}`,
  ]).join('; ');
}

/** `Azure sees 1 of 3 backends up`; those that it has no state for are not among them. */
export function seenText(
  { up, down }: { readonly up: number; readonly down: number },
  members: number,
): string {
  const silent = Math.max(0, members - up - down);
  const total = members - silent;
  const seen = `Azure sees ${up} of ${total} ${total === 1 ? 'backend' : 'backends'} up`;
  return silent === 0 ? seen : `${seen} and has no state for ${silent} more`;
}
