/** A service asks to come back later: nothing is said of the cluster, and no try is used. */
export class ThrottledError extends Error {
  override readonly name = 'ThrottledError';
  readonly waitMs: number;

  constructor(what: string, waitMs: number) {
    super(`${what}; the service asks to come back in ${Math.ceil(waitMs / 1000)} s`);
    this.waitMs = waitMs;
  }
}
