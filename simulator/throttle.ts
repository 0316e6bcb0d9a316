/** A token bucket as Azure Resource Manager and AKS have them. */
export interface Bucket {
  readonly size: number;
  readonly refillPerSecond: number;
}

export interface Throttle {
  /** ARM reads of a subscription; Azure's own figures are 250 and 25. */
  readonly armReads?: Bucket;
  /** Credential calls of a subscription; Azure's own figures are 60 and 1. */
  readonly credentials?: Bucket;
}

/** Seconds to wait, or `undefined` where the call may pass. */
export type RateLimiter = (key: string, bucket: Bucket) => number | undefined;

/** Token buckets, one for each key. */
export function rateLimiter(nowMs: () => number): RateLimiter {
  const levels = new Map<string, { readonly level: number; readonly atMs: number }>();
  return (key, { size, refillPerSecond }) => {
    const now = nowMs();
    const held = levels.get(key) ?? { level: size, atMs: now };
    const level = Math.min(size, held.level + ((now - held.atMs) / 1000) * refillPerSecond);
    if (level < 1) {
      levels.set(key, { level, atMs: now });
      return Math.max(1, Math.ceil((1 - level) / refillPerSecond));
    }
    levels.set(key, { level: level - 1, atMs: now });
    return undefined;
  };
}
