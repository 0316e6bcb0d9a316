import type { HttpClient } from '@azure/core-rest-pipeline';
import type { Environment } from './settings.ts';

/**
 * What the app finds around it. In Azure that is the process and the network; the local runner puts a
 * simulated world in its place before the first function runs. There is no setting for it: only code
 * of the same process can.
 */
export interface World {
  readonly env: Environment;
  readonly now: () => Date;
  /** Names to addresses; the network's resolver where absent. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Another way to an address that passed the rules. */
  readonly route?: (
    address: string,
    port: number,
  ) => { readonly address: string; readonly port: number };
  /** Carries the requests to Azure Resource Manager; the network where absent. */
  readonly armHttpClient?: HttpClient;
  /** Carries the requests to Slack; the network where absent. */
  readonly slackFetch?: typeof fetch;
}

let world: World = { env: process.env, now: () => new Date() };

export function theWorld(): World {
  return world;
}

export function setWorld(given: World): void {
  world = given;
}
