import pLimit from 'p-limit';
import { ArmError } from '../../input/index.ts';
import type { Clock } from './clock.ts';
import type { ArmLimits } from './limits.ts';

/** The way to one subscription: a few calls at once, and none before the time that ARM asks for. */
export interface SubscriptionThrottle {
  /** Runs when it is its turn. */
  run<T>(call: () => Promise<T>): Promise<T>;
  /** Before each request. @throws {ArmError} while ARM asks for a longer wait than a run has. */
  ready(signal: AbortSignal | undefined): Promise<void>;
  /** Before each request for a kubeconfig, of which AKS allows a burst and then one a second. */
  readonly credential: (signal: AbortSignal | undefined) => Promise<void>;
  /** Before each request for the health of a rule's backends. */
  readonly health: (signal: AbortSignal | undefined) => Promise<void>;
  /** Before each other query that is a POST. */
  readonly query: (signal: AbortSignal | undefined) => Promise<void>;
  /** Nobody asks for so long. */
  pause(ms: number): void;
  /** Nobody asks any more until then; later calls fail as this one does. */
  close(ms: number, error: ArmError): void;
}

/** The pace of all calls about one subscription. */
export function subscriptionThrottle(limits: ArmLimits, clock: Clock): SubscriptionThrottle {
  let quietUntilMs = 0;
  let closed: { readonly untilMs: number; readonly error: ArmError } | undefined;
  const credential = bucket(limits.credentialBurst, limits.credentialsPerSecond, clock);
  const health = bucket(limits.healthBurst, limits.healthPerSecond, clock);
  const query = bucket(limits.queryBurst, limits.queriesPerSecond, clock);

  return {
    run: pLimit(limits.callsAtOnce),
    async ready(signal) {
      for (
        let wait = quietUntilMs - clock.elapsed();
        wait > 0;
        wait = quietUntilMs - clock.elapsed()
      )
        await clock.sleep(wait, signal);
      if (closed !== undefined && closed.untilMs > clock.elapsed()) throw closed.error;
    },
    credential,
    health,
    query,
    pause(ms) {
      quietUntilMs = Math.max(quietUntilMs, clock.elapsed() + ms);
    },
    close(ms, error) {
      closed = { untilMs: clock.elapsed() + ms, error };
    },
  };
}

/** Waits for a place in a burst that refills at a steady pace. */
function bucket(
  burst: number,
  perSecond: number,
  clock: Clock,
): (signal: AbortSignal | undefined) => Promise<void> {
  const refillMs = 1000 / perSecond;
  // When the bucket would be full again; each request moves it one refill further.
  let fullAtMs = 0;
  return async (signal) => {
    const now = clock.elapsed();
    fullAtMs = Math.max(fullAtMs, now) + refillMs;
    const wait = fullAtMs - now - burst * refillMs;
    if (wait > 0) await clock.sleep(wait, signal);
  };
}
